import { describe, expect, test } from 'vitest';
import type { Reading, Value } from '../api/types';
import { alignTo, flagLine, flipLine, shareOn, shiftLine, summarize, toLine, windowOf } from './series';

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
    [3_600, 340, 30],
    [3_600, 700, 15],
    [86_400, 340, 600],
    [86_400, 700, 300],
    [7 * 86_400, 340, 3600],
    [30 * 86_400, 340, 21600],
    [30 * 86_400, 0, 43200],
    [365 * 86_400, 4000, 21600],
    [50 * 365 * 86_400, 340, 604_800],
  ])('%d s on %d pixels', (length, width, step) => expect(windowOf(length, width)).toBe(step));
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

describe('a band', () => {
  test('stands at the times of the line', () => {
    const base = toLine([point(0, 5), point(10, 6)], 10);
    const low = alignTo(base, toLine([point(10, 4)], 10));
    expect(low).toEqual([null, 4]);
    expect(summarize({ ...base, low, high: [7, null] })).toEqual({ min: 4, mean: 5.5, max: 7, last: 6 });
    expect(summarize(base)).toEqual({ min: 5, mean: 5.5, max: 6, last: 6 });
  });
  test('comes with the windows of an answer', () => {
    const line = toLine([{ ...point(0, 5), min: 4, max: 6 }, { ...point(10, 7), min: 7, max: 9 }], 10);
    expect(line).toEqual({ times: [0, 10], values: [5, 7], low: [4, 7], high: [6, 9] });
  });
});

describe('a flag', () => {
  const edge = toLine([point(100, true), point(400, false)], 10, false);
  const last = toLine([point(100, false), point(400, false)], 10, false);

  test('that was on for a moment is on for its window only', () => {
    const line = flagLine(edge, last, 10, 500);
    expect(line).toEqual({ times: [100, 110, 500], values: [1, 0, 0] });
    expect(shareOn(line)).toBeCloseTo(10 / 400);
  });
  test('begins with what it was', () =>
    expect(flagLine(edge, last, 10, 500, { from: 50, value: 0 }).times).toEqual([50, 100, 110, 500]));
  test('nothing came, and what it was is known', () =>
    expect(flagLine(toLine([], 10), toLine([], 10), 10, 500, { from: 50, value: 1 })).toEqual({ times: [50, 500], values: [1, 1] }));
  test('nothing is known', () => expect(flagLine(toLine([], 10), toLine([], 10), 10, 500).times).toEqual([]));
  test('upside down, and later', () => {
    const line = { times: [1, 2, 3], values: [1, null, 0] };
    expect(flipLine(line).values).toEqual([0, null, 1]);
    expect(shiftLine(line, 10).times).toEqual([11, 12, 13]);
  });
});
