// What is decided about devices that sign in at the broker. Pure functions.
import type { Enrolled, Identity } from '../api/enrolment';
import type { Word } from '../words/i18n';

const month = 30 * 24 * 3600 * 1000;

export type Standing = 'revoked' | 'waiting' | 'ended' | 'soon' | 'good';

export function standing(device: Enrolled, now: number): Standing {
  if (device.state === 'revoked') return 'revoked';
  if (device.by === 'password') return 'good';
  if (!device.not_after) return 'waiting';
  const left = Date.parse(device.not_after) - now;
  return left <= 0 ? 'ended' : left < month ? 'soon' : 'good';
}

export interface File {
  label: Word;
  name: string;
  text: string;
}

// What can be saved of what a device was given.
export function filesOf(given: Identity): File[] {
  const id = given.id ?? 'device';
  const all: [Word, string, string | undefined][] = [
    ['enrolment.file.certificate', `${id}.crt`, given.certificate],
    ['enrolment.file.key', `${id}.key`, given.key],
    ['enrolment.file.ca', 'ca.crt', given.ca],
  ];
  return all.flatMap(([label, name, text]) => (text ? [{ label, name, text }] : []));
}

// What the gateway says in English. tests/test_files.py holds that it says them.
const sentences: Record<string, Word> = {
  "a device's id is 1 to 64 of a-z, 0-9, _ and -": 'enrolment.error.name',
  'there is a device of that id': 'enrolment.error.exists',
  'that device was revoked: remove it, then add it again': 'enrolment.error.revoked',
  'the name on topics is 1 to 64 letters, digits, _, - or . and none that others use': 'enrolment.error.topic',
  'another device speaks on these topics': 'enrolment.error.taken',
  'there is no device of that id': 'enrolment.error.gone',
  'there are too many of them': 'enrolment.error.many',
  'broker.directory is not set': 'enrolment.error.broker',
};

export function enrolmentError(sentence: string): Word | undefined {
  if (sentence.startsWith('that id is reserved')) return 'enrolment.error.reserved';
  return Object.hasOwn(sentences, sentence) ? sentences[sentence] : undefined;
}
