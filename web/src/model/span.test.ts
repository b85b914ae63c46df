import { describe, expect, test } from 'vitest';
import { clampSpan, lengthOf, longestSpan, panSpan, pinchSpan, shortestSpan, zoomSpan } from './span';

const now = 1_768_000_000;

describe('a span', () => {
  test('is zoomed about the pointer', () => {
    expect(zoomSpan([100, 200], 0.5, 0)).toEqual([100, 150]);
    expect(zoomSpan([100, 200], 0.5, 1)).toEqual([150, 200]);
    expect(zoomSpan([100, 200], 2)).toEqual([50, 250]);
  });
  test('is moved by a share of itself', () => expect(panSpan([100, 200], -0.5)).toEqual([50, 150]));

  test('stays within what can be looked at', () => {
    expect(lengthOf(clampSpan([now - 1, now], now))).toBe(shortestSpan);
    expect(lengthOf(clampSpan([-9e9, now], now))).toBe(longestSpan);
    const [from, to] = clampSpan([now + 1000, now + 2000], now);
    expect([from, to]).toEqual([now - 500, now + 500]);
    expect(clampSpan([now - 3600, now], now)).toEqual([now - 3600, now]);
    expect(clampSpan([-500, -100], now)[0]).toBe(0); // nothing before 1970
  });
});

describe('two fingers', () => {
  test('apart: what they hold stays under them', () => {
    const [from, to] = pinchSpan([120, 180], [0.1, 0.9])!;
    expect(from + 0.1 * (to - from)).toBeCloseTo(120);
    expect(from + 0.9 * (to - from)).toBeCloseTo(180);
  });
  test.each([
    [[120, 180], [0.5, 0.505]],
    [[120, 180], [0.8, 0.2]], // crossed
  ] as const)('%j at %j: nothing', (times, places) => expect(pinchSpan(times, places)).toBeUndefined());
});
