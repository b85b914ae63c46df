// What a field is and how it is spoken. A name that is not known is shown as it is; nothing here
// changes a value.
import type { Field, Value } from '../api/types';
import type { Lang } from '../words/i18n';
import { classes, flagClasses, known, prefixes, synonyms, texts, yesNo, type Knowledge, type Mood, type Picture } from './field-table';
import { plain } from './plain';

export type { Mood, Picture };

export type Named = Pick<Field, 'name'> & Partial<Pick<Field, 'as' | 'type' | 'label' | 'device_class' | 'unit'>>;

// The whole name, else its last words: "bottom_temperature" is a temperature.
function find(name: string): { entry: Knowledge; rest: string } | undefined {
  if (name.length > 80) return undefined;
  const parts = name.toLowerCase().split('_');
  for (let start = 0; start < parts.length; start++) {
    const tail = parts.slice(start).join('_');
    const key = Object.hasOwn(synonyms, tail) ? synonyms[tail]! : tail;
    const entry = Object.hasOwn(known, key) ? known[key] : undefined;
    if (entry) return { entry, rest: parts.slice(0, start).join('_') };
  }
  return undefined;
}

export function humanize(name: string): string {
  const text = plain(name).replace(/[_\-]+/g, ' ').trim().replace(/\b(tv|pc|ac|led|usb|co2|voc)\b/gi, (word) => word.toUpperCase());
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// Names that say nothing: what the field is comes from its class, what it is called from its label.
const generic = new Set(['value', 'value_bool', 'state']);

function className(field: Named): string | undefined {
  const kind = field.device_class;
  if (!kind) return undefined;
  const table = field.type === 'boolean' && Object.hasOwn(flagClasses, kind) ? flagClasses : classes;
  return Object.hasOwn(table, kind) ? table[kind] : undefined;
}

// What it is called in the tables.
export function nameOf(field: Named): string {
  if (field.as) return field.as;
  if (!generic.has(field.name) && find(field.name)) return field.name;
  return className(field) ?? field.name;
}

const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

// A label that only says in English what the field is anyway is said in the reader's language.
function saysMore(label: string, name: string): boolean {
  const entry = find(name)?.entry;
  return !entry || (letters(label) !== letters(entry.label[1]) && letters(label) !== letters(name));
}

export function labelOf(field: Named, lang: Lang): string {
  const name = nameOf(field);
  const unknown = generic.has(field.name) || !find(field.name);
  if (field.label && unknown && saysMore(field.label, name)) return plain(field.label);
  const found = find(name);
  if (!found) return humanize(field.name);
  const label = found.entry.label[lang === 'ko' ? 0 : 1];
  if (!found.rest) return label;
  const rest = found.rest.split('_').filter(Boolean);
  if (lang === 'en') return `${humanize(rest.join(' '))} ${/^[A-Z]{2}/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1)}`;
  return `${rest.map((part) => prefixes[part] ?? plain(part)).join(' ')} ${label}`;
}

// A meter of gas is no alarm.
export function pictureOf(field: Field): Picture {
  const entry = find(nameOf(field))?.entry;
  if (entry?.picture === 'alarm' && typeof field.value === 'number') return 'gauge';
  return entry?.picture ?? (field.type === 'string' ? 'text' : 'gauge');
}

const diagnosticBelow = 20;
export function rankOf(field: Field): number {
  if (field.minor) return 4;
  const found = find(nameOf(field));
  const rank = found ? (found.rest ? found.entry.rank - 1 : found.entry.rank) : { float: 40, integer: 39, boolean: 38, string: 30 }[field.type];
  // What the device itself calls beside the point stays behind what is not.
  return field.category ? Math.min(rank, diagnosticBelow - 1) : rank;
}
export function isDiagnostic(field: Field): boolean {
  return rankOf(field) < diagnosticBelow;
}

export function speakFlag(name: string, value: boolean, lang: Lang): string {
  const flag = find(name)?.entry.flag ?? yesNo;
  return (value ? flag.on : flag.off)[lang === 'ko' ? 0 : 1];
}

// Charts show what matters on top: a door's opening, where `contact` is false.
export function isFlipped(name: string): boolean {
  return find(name)?.entry.flag?.moodOn === false;
}

export function speakText(value: string, lang: Lang): string {
  const key = value.length < 40 ? value.toLowerCase() : '';
  if (Object.hasOwn(texts, key)) return texts[key]![lang === 'ko' ? 0 : 1];
  return value === '' ? '' : plain(value, 120);
}

export function moodOf(name: string, value: Value): Mood {
  const flag = find(name)?.entry.flag;
  if (typeof value === 'string') return /^(on|open|unlocked|running)$/i.test(value) ? 'active' : 'calm';
  if (typeof value !== 'boolean' || !flag?.mood) return 'calm';
  return value === (flag.moodOn ?? true) ? flag.mood : 'calm';
}
