// The audit in words. Pure functions.
import type { AuditEvent } from '../api/people';
import { isWord, translate, type Lang } from '../words/i18n';
import { reasonWords } from './access-answer';
import { plain } from './plain';

// As the filter groups them.
export const eventGroups = {
  signin: ['login', 'login_failed', 'logout', 'session_ended', 'first_run', 'access_denied'],
  accounts: ['user_added', 'user_changed', 'user_removed', 'invited', 'invitation_used', 'invitation_revoked', 'reset_link_made', 'password_reset'],
  factors: [
    'second_factor_on', 'second_factor_off', 'recovery_codes_made', 'recovery_code_used',
    'passkey_added', 'passkey_removed', 'passkey_refused',
  ],
  keys: ['key_added', 'key_revoked', 'key_refused', 'token_reused', 'token_revoked'],
  rights: ['role_added', 'role_changed', 'role_removed', 'grant_added', 'grant_changed', 'grant_removed', 'settings_changed'],
  devices: [
    'broker_made', 'device_added', 'device_removed', 'device_certified', 'device_password_made', 'device_code_made',
    'device_code_used', 'device_code_refused', 'device_revoked',
  ],
} as const;
export type EventGroup = keyof typeof eventGroups;
export const groupNames = Object.keys(eventGroups) as EventGroup[];

// A newer gateway may have events that this page does not know.
export function eventWord(event: string, lang: Lang): string {
  const word = `audit.event.${event}`;
  return isWord(word) ? translate(lang, word) : plain(event.replaceAll('_', ' '));
}

const alarming = new Set(['login_failed', 'access_denied', 'key_refused', 'passkey_refused', 'token_reused', 'device_code_refused']);
export const isAlarming = (event: string) => alarming.has(event);

// "role member, disabled" as words, where every part is one of ours.
export function detailWords(detail: string, lang: Lang): string {
  if (!detail) return '';
  const refused = /^(.+?)(?: \((\d+) times more\))?$/.exec(detail);
  const reason = refused && reasonWords(refused[1]!, lang);
  if (reason) return refused[2] ? `${reason} ${translate(lang, 'audit.times', { n: refused[2] })}` : reason;
  const grant = /^[\w-]+: (read|control|admin)(?:, (.+))?$/.exec(detail);
  if (grant) return grantWords(grant[1] as 'read', grant[2] ?? '', lang);
  const words = detail.split(', ').map((part) => `audit.detail.${part}`);
  return words.every(isWord) ? words.map((word) => translate(lang, word)).join(', ') : plain(withoutKind(detail), 200);
}

// "areas entrance, hours 08:00-20:00" of the gateway's line: what is named, without the names of the lists.
function grantWords(may: 'read' | 'control' | 'admin', line: string, lang: Lang): string {
  const parts = line.split(', ').map((part) => plain(part.replace(/^(areas|entities|devices|services|paths|hours|days|addresses) /, ''), 120));
  return [translate(lang, `grant.may.${may}`), ...(line ? parts : [])].join(' · ');
}

const withoutKind = (text: string) => text.replace(/(^|, )person:/g, '$1');

export function actorWord(actor: string, lang: Lang): string {
  if (actor === 'settings file') return translate(lang, 'roles.settings');
  if (actor === 'invitation') return translate(lang, 'audit.invitation');
  if (actor === 'command line') return translate(lang, 'audit.cli');
  return actor ? plain(actor) : translate(lang, 'audit.nobody');
}

// "person:dan, group:kids" by their names; what has no colon is a person, a role, a path.
export function subjectWord(event: AuditEvent): string {
  return plain(withoutKind(event.subject), 120);
}

export interface AuditFilter {
  who: string;
  event: string;
  subject: string;
  from: string; // days: "2026-11-26"
  to: string; // included
}

const day = /^\d{4}-\d\d-\d\d$/;

export function readFilter(parameters: URLSearchParams): AuditFilter {
  const text = (name: string) => (parameters.get(name) ?? '').slice(0, 200);
  const date = (name: string) => (day.test(text(name)) ? text(name) : '');
  return { who: text('who'), event: text('event'), subject: text('about'), from: date('from'), to: date('to') };
}

export function writeFilter({ who, event, subject, from, to }: AuditFilter): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ who, event, about: subject, from, to })) if (value) parameters.set(name, value);
  return parameters;
}

// Days of the reader's clock as moments; the last day is included.
export function momentsOf({ from, to }: AuditFilter): { from: string; to: string } {
  const at = (date: string, more: number) => {
    if (!day.test(date)) return '';
    const [year, month, of] = date.split('-').map(Number);
    return new Date(year!, month! - 1, of! + more).toISOString();
  };
  return { from: at(from, 0), to: at(to, 1) };
}
