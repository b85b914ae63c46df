// Grants in plain words, and between the form and what the gateway takes. Pure functions.
import type { Grant } from '../api/people';
import { isWord, translate, type Lang } from '../words/i18n';
import { roomLabel } from './names';
import { plain } from './plain';

export const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof dayNames)[number];

// What a page knows of names: of devices by id, of keys by id.
export interface Names {
  device: (id: string) => string | undefined;
  key: (id: string) => string | undefined;
}
export const noNames: Names = { device: () => undefined, key: () => undefined };

// "mon-fri", "sun-tue": the days that are meant, from Monday on. What is no day is passed over.
export function daysOf(words: readonly string[]): Day[] {
  const found = new Set<Day>();
  for (const word of words) {
    const [first, last] = word.toLowerCase().split('-').map((day) => dayNames.indexOf(day.trim() as Day));
    if (first === undefined || first < 0) continue;
    for (let day = first; ; day = (day + 1) % 7) {
      found.add(dayNames[day]!);
      if (day === (last ?? first) || last === -1) break;
    }
  }
  return dayNames.filter((day) => found.has(day));
}

// Days that follow one another by their first and last; none where it is all or none.
export function daysText(days: readonly Day[]): string[] {
  const sorted = dayNames.filter((day) => days.includes(day));
  if (sorted.length === 0 || sorted.length === 7) return [];
  const runs: Day[][] = [];
  for (const day of sorted) {
    const run = runs.at(-1);
    if (run && dayNames.indexOf(run.at(-1)!) + 1 === dayNames.indexOf(day)) run.push(day);
    else runs.push([day]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [`${run[0]}-${run.at(-1)}`] : run));
}

function dayWords(words: readonly string[], lang: Lang): string {
  const day = (name: string) => translate(lang, `grant.day.${name as Day}`);
  return daysText(daysOf(words))
    .map((word) => word.split('-').map(day).join('–'))
    .join(', ');
}

const quoted = (words: readonly string[], name: (word: string) => string | undefined = () => undefined) =>
  words.map((word) => name(word) ?? plain(word)).join(', ');

// "침실, 거실", "보기", "08:00–20:00": to be shown one after another.
export function grantParts(grant: Grant, lang: Lang, names: Names = noNames): string[] {
  const any = (word: string, key: 'grant.areas.any' | 'grant.devices.any' | 'grant.entities.any') =>
    word === '*' ? translate(lang, key) : undefined;
  const out: string[] = [];
  const { areas, devices, entities, services, paths, hours, days, addresses } = grant;
  if (areas) out.push(quoted(areas, (word) => any(word, 'grant.areas.any') ?? roomLabel(word, lang)));
  if (devices) out.push(quoted(devices, (word) => any(word, 'grant.devices.any') ?? names.device(word)));
  if (entities) out.push(quoted(entities, (word) => any(word, 'grant.entities.any')));
  if (services) out.push(quoted(services));
  if (paths) out.push(quoted(paths));
  else out.push(translate(lang, `grant.may.${grant.may ?? 'read'}`));
  if (hours) out.push(hours.map((span) => span.replace(/\s*-\s*/, '–')).join(', '));
  if (days && dayWords(days, lang)) out.push(dayWords(days, lang));
  if (grant.from) out.push(translate(lang, 'grant.from.date', { date: shortDate(grant.from, lang) }));
  if (grant.until) out.push(translate(lang, 'grant.until.date', { date: shortDate(grant.until, lang) }));
  if (addresses) out.push(translate(lang, 'grant.addresses.only', { addresses: addresses.join(', ') }));
  return out;
}

function shortDate(text: string, lang: Lang): string {
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T12:00:00` : text);
  if (Number.isNaN(date.getTime())) return text;
  const time = text.length > 10 ? ({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const) : {};
  return new Intl.DateTimeFormat(lang, { year: 'numeric', month: 'short', day: 'numeric', ...time }).format(date);
}

// "person:eve" is "eve"; "group:carers" is "Group carers".
export function whoWords(who: string, lang: Lang, names: Names = noNames): string {
  const colon = who.indexOf(':');
  const [kind, name] = [who.slice(0, colon), who.slice(colon + 1)];
  if (kind === 'person') return plain(name);
  const word = `grant.who.${kind}`;
  if (colon < 0 || !isWord(word)) return plain(who);
  return translate(lang, word, { name: (kind === 'key' ? names.key(name) : undefined) ?? roleWord(name, kind, lang) });
}

function roleWord(name: string, kind: string, lang: Lang): string {
  if (kind === 'role' && (name === 'member' || name === 'admin')) return translate(lang, `app.role.${name}`);
  return plain(name);
}

// The gateway's own line of a grant (access/grant_text.cpp), by which an explanation names it.
export function grantLine(grant: Grant): string {
  const lists = ['areas', 'entities', 'devices', 'services', 'paths', 'hours', 'days', 'addresses'] as const;
  let line: string = grant.may ?? 'read';
  for (const name of lists) if (grant[name]?.length) line += `, ${name} ${grant[name].join(' ')}`;
  if (grant.from) line += `, from ${grant.from}`;
  if (grant.until) line += `, until ${grant.until}`;
  return line;
}
