import { describe, expect, test } from 'vitest';
import { earlier, isCompare, isRange, spanOf, usualCompare } from './period';

const at = (text: string) => new Date(text).getTime() / 1000; // without an offset: local time
const now = at('2026-03-04T15:30:00'); // a Wednesday

describe('ranges', () => {
  test.each([
    ['1h', '2026-03-04T14:30:00', '2026-03-04T15:30:00'],
    ['24h', '2026-03-03T15:30:00', '2026-03-04T15:30:00'],
    ['today', '2026-03-04T00:00:00', '2026-03-05T00:00:00'],
    ['week', '2026-03-02T00:00:00', '2026-03-09T00:00:00'],
    ['month', '2026-03-01T00:00:00', '2026-04-01T00:00:00'],
  ] as const)('%s', (range, from, to) => expect(spanOf(range, now)).toEqual([at(from), at(to)]));

  test('a week that begins on a Sunday evening began on Monday', () =>
    expect(spanOf('week', at('2026-03-08T23:00:00'))[0]).toBe(at('2026-03-02T00:00:00')));
});

describe('earlier', () => {
  test.each([
    ['day', '2026-03-04T00:00:00', '2026-03-03T00:00:00'],
    ['week', '2026-03-02T00:00:00', '2026-02-23T00:00:00'],
    ['month', '2026-03-31T00:00:00', '2026-02-28T00:00:00'],
    ['year', '2026-03-01T00:00:00', '2025-03-01T00:00:00'],
    ['year', '2028-02-29T00:00:00', '2027-02-28T00:00:00'],
  ] as const)('a %s: %s', (compare, from, expected) => {
    const span = [at(from), at(from) + 86_400] as const;
    const found = earlier(span, compare)!;
    expect(found.span[0]).toBe(at(expected));
    expect(found.span[0] + found.shift).toBe(span[0]);
    expect(found.span[1] - found.span[0]).toBe(86_400);
  });
  test('nothing', () => expect(earlier([0, 1], 'none')).toBeUndefined());
});

test('what comes from an address is checked', () => {
  expect(isRange('today')).toBe(true);
  expect(isRange('toString')).toBe(false);
  expect(isRange(null)).toBe(false);
  expect(isCompare('year')).toBe(true);
  expect(isCompare('century')).toBe(false);
  expect(usualCompare('month')).toBe('year');
});
