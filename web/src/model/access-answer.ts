// An answer of "may somebody do this, and why?" in words. Pure functions.
import type { Answer, Grant, OwnRole } from '../api/people';
import { isWord, translate, type Lang, type Word } from '../words/i18n';
import { grantLine, grantParts, type Names } from './grants';
import { plain } from './plain';

// The gateway's reasons. tests/test_files.py holds that it says them.
const reasons: Record<string, Word> = {
  'this is open to everybody': 'access.because.open',
  'whoever is signed in may do this': 'access.because.signed',
  'administrators may do this': 'access.because.admin',
  'sign in first': 'access.because.signin',
  'only administrators may do this': 'access.because.admins',
  'only administrators may open this': 'access.because.admins',
  'the scopes of this key do not allow it': 'access.because.scope',
  'whoever has the role member may do this': 'access.because.member',
  'a grant allows it': 'access.because.granted',
  'your roles do not allow this': 'access.because.not',
  'your roles do not allow this at this time': 'access.because.now',
  'your roles do not allow this from this address': 'access.because.here',
  'roles cannot be read now: try again later': 'access.because.unknown',
};

export function reasonWords(reason: string, lang: Lang): string | undefined {
  const word = Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
  return word && translate(lang, word);
}

export function roleLabel(name: string, lang: Lang): string {
  return name === 'admin' || name === 'member' ? translate(lang, `app.role.${name}`) : plain(name);
}

// "role caregiver", "grant 4fd1", "settings": where a grant stands.
function originWords(from: string, lang: Lang): string {
  if (from.startsWith('role ')) return translate(lang, 'access.from.role', { name: plain(from.slice(5)) });
  return translate(lang, from === 'settings' ? 'access.from.settings' : 'access.from.grant');
}

export interface Reason {
  from: string;
  grant: string; // in plain words where the grant is one of those given
  lacks: string[];
}

// Which grants made the answer or come nearest to it.
export function answerReasons(answer: Answer, roles: readonly OwnRole[], grants: readonly Grant[], lang: Lang, names: Names): Reason[] {
  const known = (from: string, line: string) => {
    const role = from.startsWith('role ') ? from.slice(5) : '';
    const among = role ? roles.filter((one) => one.name === role).flatMap((one) => one.grants) : grants;
    return among.find((grant) => grantLine(grant) === line);
  };
  return answer.grants.map(({ from, grant, lacks }) => {
    const meant = known(from, grant);
    return {
      from: originWords(from, lang),
      grant: meant ? grantParts(meant, lang, names).join(' · ') : plain(grant, 300),
      lacks: lacks.map(({ code, text }) => (isWord(`access.lack.${code}`) ? translate(lang, `access.lack.${code}` as Word) : plain(text, 200))),
    };
  });
}

export const questionKinds = ['area', 'device', 'entity', 'service', 'path'] as const;
export type QuestionKind = (typeof questionKinds)[number];

// What is asked about as the gateway takes it.
export function questionOf(kind: QuestionKind, name: string): string {
  if (kind === 'entity') return name;
  if (kind === 'path' && name.startsWith('/ha/api/')) return name;
  return `${kind}:${name}`;
}
