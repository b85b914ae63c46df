import { describe, expect, test } from 'vitest';
import type { Reading, Value } from './api';
import { alignTo, functionsOf, summarize, toLine, windowOf } from './series';

const point = (second: number, value: Value): Reading => ({
  time: new Date(second * 1000).toISOString(),
  time_ns: second * 1e9,
  measurement: 'm',
  device: 'd',
  field: 'f',
  value,
  tags: {},
});

describe('the window', () => {
  test.each([
    ['1h', 340, 30],
    ['1h', 700, 15],
    ['24h', 340, 600],
    ['24h', 700, 300],
    ['7d', 340, 3600],
    ['30d', 340, 21600],
    ['30d', 0, 43200],
    ['30d', 4000, 1800],
  ] as const)('%s on %d pixels', (range, width, step) => expect(windowOf(range, width)).toBe(step));
});

test('what is asked of each kind', () => {
  expect(functionsOf('float')).toEqual(['mean', 'min', 'max']);
  expect(functionsOf('boolean')).toEqual(['max']);
  expect(functionsOf('boolean', true)).toEqual(['min']);
  expect(functionsOf('string')).toEqual([]);
});

describe('a line', () => {
  test('is sorted, without texts, nothing and doubles', () => {
    const line = toLine([point(30, 3), point(10, 1), point(20, 'x'), point(40, null), point(10, 9)], 10);
    expect(line).toEqual({ times: [10, 30], values: [1, 3] });
  });

  test('breaks where a silence is far longer than usual', () => {
    const line = toLine([0, 10, 20, 30, 500, 510].map((t) => point(t, t)), 10);
    expect(line.times).toEqual([0, 10, 20, 30, 265, 500, 510]);
    expect(line.values[4]).toBeNull();
  });

  test('of a slow sensor does not break', () => {
    const line = toLine([0, 300, 600, 930].map((t) => point(t, t)), 15);
    expect(line.values).not.toContain(null);
  });

  test('of a flag is 0 and 1', () => {
    expect(toLine([point(1, true), point(2, false)], 1, false).values).toEqual([1, 0]);
  });

  test('nothing at all', () => {
    expect(toLine([], 10)).toEqual({ times: [], values: [] });
    expect(summarize({ times: [], values: [] })).toBeUndefined();
  });
});

test('bands stand at the times of the line', () => {
  const base = toLine([point(0, 5), point(10, 6)], 10);
  const low = toLine([point(10, 4)], 10);
  expect(alignTo(base, low)).toEqual([null, 4]);
  expect(summarize(base, [null, 4], [7, null])).toEqual({ min: 4, mean: 5.5, max: 7 });
  expect(summarize(base)).toEqual({ min: 5, mean: 5.5, max: 6 });
});
