import { expect, test } from 'vitest';
import { toCsv } from './csv';

test('columns are joined by time', () => {
  const csv = toCsv([
    { name: '거실 온도', line: { times: [0, 60], values: [21.5, null] } },
    { name: 'a "b", c', line: { times: [60, 120], values: [1, 0] } },
  ]);
  expect(csv.split('\r\n')).toEqual([
    'time,거실 온도,"a ""b"", c"',
    '1970-01-01T00:00:00.000Z,21.5,',
    '1970-01-01T00:01:00.000Z,,1',
    '1970-01-01T00:02:00.000Z,,0',
    '',
  ]);
});

test.each(['=1+1', '+x', '-x', '@x'])('a name that would be a formula: %s', (name) =>
  expect(toCsv([{ name, line: { times: [], values: [] } }])).toBe(`time,'${name}\r\n`),
);
