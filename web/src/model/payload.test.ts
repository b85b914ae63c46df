import { expect, test } from 'vitest';
import { pretty } from './payload';

test.each([
  ['{"a":1,"b":[1,2]}', '{\n  "a": 1,\n  "b": [\n    1,\n    2\n  ]\n}'],
  ['{"a":1.50000000000000000001,"a":2e400}', '{\n  "a": 1.50000000000000000001,\n  "a": 2e400\n}'], // as it came
  ['{"a":"x, {y}: \\"z\\""}', '{\n  "a": "x, {y}: \\"z\\""\n}'],
  ['{ }', '{}'],
  ['[]', '[]'],
  ['21.5', '21.5'],
  ['ON', 'ON'],
  ['{"a":', '{"a":'],
  ['', ''],
])('%j', (payload, shown) => expect(pretty(payload)).toBe(shown));

test('nothing deep or long holds up the page', () => {
  const deep = '['.repeat(3_000) + ']'.repeat(3_000);
  expect(pretty(deep).length).toBeLessThan(400_000);
  const long = `"${'x'.repeat(30_000)}"`;
  expect(pretty(long)).toBe(long);
});
