import { expect, test } from 'vitest';
import type { Enrolled } from '../api/enrolment';
import { enrolmentError, filesOf, standing } from './enrolment';

const now = Date.parse('2026-01-10T00:00:00Z');
const device: Enrolled = {
  id: 'kitchen', convention: 'generic', topic: 'kitchen', by: 'certificate', state: 'active', created: '2026-01-01T00:00:00Z', publish: [], subscribe: [],
};

test.each([
  [{ not_after: '2027-01-01T00:00:00Z' }, 'good'],
  [{ not_after: '2026-02-08T00:00:00Z' }, 'soon'],
  [{ not_after: '2026-01-10T00:00:00Z' }, 'ended'],
  [{}, 'waiting'],
  [{ by: 'password' as const }, 'good'],
  [{ state: 'revoked' as const, not_after: '2027-01-01T00:00:00Z' }, 'revoked'],
])('%j is %s', (part, said) => expect(standing({ ...device, ...part }, now)).toBe(said));

test('files are what was given', () => {
  const given = { id: 'kitchen', certificate: 'C', key: 'K', ca: 'A' };
  expect(filesOf(given).map(({ name, text }) => [name, text])).toEqual([['kitchen.crt', 'C'], ['kitchen.key', 'K'], ['ca.crt', 'A']]);
  expect(filesOf({ username: 'plug', password: 'x' })).toEqual([]);
});

test.each([
  ['there is a device of that id', 'enrolment.error.exists'],
  ['that id is reserved: topics of many devices begin with it', 'enrolment.error.reserved'],
  ['toString', undefined],
  ['', undefined],
])('%j', (sentence, word) => expect(enrolmentError(sentence)).toBe(word));
