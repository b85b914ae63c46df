// What the gateway says in English of people, roles and grants, as a word of ours.
import type { Word } from '../words/i18n';

// Whole sentences. tests/test_files.py holds that the gateway says them.
const sentences: Record<string, Word> = {
  'there is an account of that name': 'people.error.exists',
  'a username has 1 to 64 of a-z 0-9 . _ - @ and begins with a letter or digit': 'people.error.name',
  'a password has 8 to 1024 bytes': 'account.error.short',
  'a full name has at most 100 bytes of printable UTF-8': 'people.error.fullname',
  'an e-mail address is name@host, of at most 190 bytes without blanks': 'people.error.email',
  'at least one administrator who can sign in must stay': 'people.error.admin',
  'there is no such account, session or key': 'people.error.gone',
  'the account is disabled': 'people.error.disabled',
  'this link is not good (any more)': 'people.error.link',
  'there are 200 open invitations: revoke one first': 'people.error.invites',
  'an invitation is good for 1 to 90 days': 'people.error.days',
  'this cannot be done right now: try again': 'people.error.busy',
  'there is no role of this name in the database': 'refused.gone',
  'there is no such grant in the database': 'refused.gone',
  'there is a role of this name': 'refused.exists',
  'there is no person of this name': 'refused.person',
  'there is no such key': 'refused.key',
  'there are too many already': 'refused.many',
  'this is too much for one': 'refused.large',
  'somebody else has changed it meanwhile: read it again': 'refused.overtaken',
  'at is a time of RFC 3339, a date, or like 22:00': 'refused.time',
  'at is a time of RFC 3339 or a date': 'refused.time',
  'from is an IP address': 'refused.from',
  'what is an entity (light.bedroom), light.*, device:ID, area:NAME, service:light.turn_on or path:host.name/path': 'refused.what',
};

// How a sentence about one part of a role or grant goes on after the part's name.
const endings: Record<string, Word> = {
  'admin and member are built in': 'refused.builtin',
  'is a word of at most 64 bytes, without blanks and , : / | "': 'refused.name',
  'is missing': 'refused.who',
  'is not one short line': 'refused.note',
  'says nothing of what is granted: give areas, entities, devices, services or paths': 'refused.nothing',
  'stand alone: what is behind a path has no rooms here': 'refused.paths',
  'is not the name of a room': 'refused.room',
  'is not the id of a device': 'refused.device',
  'is not domain.name in lower case, in which * stands for anything': 'refused.dotted',
  'is neither /path nor host.name/path': 'refused.path',
  'must be control: services do something': 'refused.control',
  'is not like 08:00-20:00': 'refused.hours',
  'is none of mon, tue, wed, thu, fri, sat, sun, or two of them with a - between': 'refused.days',
  'is neither a date like 2026-12-31 nor a time of RFC 3339': 'refused.date',
  'is before from': 'refused.until',
  'is not an address or network like 192.0.2.0/24': 'refused.address',
  'is not person:, group:, key:, device: or role: with a name': 'refused.group',
  'is not person:, group:, key: or device: with a name': 'refused.group',
};

export interface Refused {
  word: Word;
  fill: Record<string, string>;
}

// `hours "25" is not like 08:00-20:00`, `grants entry 2: areas says nothing of …`
const part = /^(?:grants entry \d+: )?[a-z]+ (?:"(.*?)" )?(\S.*)$/s;

export function peopleError(sentence: string): Refused | undefined {
  if (Object.hasOwn(sentences, sentence)) return { word: sentences[sentence]!, fill: {} };
  const [, name = '', ending = ''] = part.exec(sentence) ?? [];
  return Object.hasOwn(endings, ending) ? { word: endings[ending]!, fill: { name } } : undefined;
}
