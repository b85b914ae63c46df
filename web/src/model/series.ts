// What to ask for a chart, and how the answer becomes lines. Pure functions.
import type { Reading } from '../api/types';

// Seconds; the windows of the history are aligned to the epoch, so nice lengths give nice times.
const windowSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

// One window for about every two pixels.
export function windowOf(length: number, width: number): number {
  const wanted = length / Math.max(60, width / 2);
  return windowSteps.find((step) => step >= wanted) ?? windowSteps.at(-1)!;
}

export interface Line {
  times: number[]; // seconds
  values: (number | null)[];
  low?: (number | null)[]; // the band around it
  high?: (number | null)[];
}

// Readings of several series are merged by time. A silence far longer than the usual step breaks
// the line, so that nothing is drawn where nothing was measured.
export function toLine(readings: readonly Reading[], step: number, breakGaps = true): Line {
  const points = readings
    .map(({ time, value, min, max }) => ({ time: Date.parse(time) / 1000, value: numberOf(value), min, max }))
    .filter((point): point is Point => point.value !== null && !Number.isNaN(point.time))
    .sort((a, b) => a.time - b.time);
  const longest = breakGaps ? longestStep(points, step) : Infinity;
  const banded = points.some((point) => point.min !== undefined && point.max !== undefined);
  const line: Line = banded ? { times: [], values: [], low: [], high: [] } : { times: [], values: [] };
  const add = (time: number, value: number | null, low: number | null, high: number | null) => {
    line.times.push(time);
    line.values.push(value);
    line.low?.push(low);
    line.high?.push(high);
  };
  let before: number | undefined;
  for (const { time, value, min, max } of points) {
    if (before === time) continue;
    if (before !== undefined && time - before > longest) add(before + (time - before) / 2, null, null, null);
    add(time, value, min ?? value, max ?? value);
    before = time;
  }
  return line;
}

interface Point {
  time: number;
  value: number;
  min: number | undefined;
  max: number | undefined;
}

function longestStep(points: readonly { time: number }[], step: number): number {
  const gaps = points.slice(1).map((point, i) => point.time - points[i]!.time).sort((a, b) => a - b);
  const usual = gaps[Math.floor(gaps.length / 2)] ?? step;
  return Math.max(6 * usual, 4 * step);
}

function numberOf(value: Reading['value']): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

// `line`'s values at the times of `base`; null where it has none.
export function alignTo(base: Line, line: Line): (number | null)[] {
  const at = new Map(line.times.map((time, i) => [time, line.values[i] ?? null]));
  return base.times.map((time) => at.get(time) ?? null);
}

export function shiftLine(line: Line, seconds: number): Line {
  return { ...line, times: line.times.map((time) => time + seconds) };
}

// A flag out of windows: in a window it is what matters (`edge`: on at any moment), after it what it
// was last; between messages it stays as it is, up to `until`. `before`: what it was at `from`.
export function flagLine(edge: Line, last: Line, step: number, until: number, before?: { from: number; value: number }): Line {
  const lasts = new Map(last.times.map((time, i) => [time, last.values[i] ?? null]));
  const line: Line = { times: [], values: [] };
  const add = (time: number, value: number | null) => {
    if (value === null || value === line.values.at(-1)) return;
    line.times.push(time);
    line.values.push(value);
  };
  if (before) add(before.from, before.value);
  edge.times.forEach((time, i) => {
    const value = edge.values[i] ?? null;
    add(time, value);
    const next = edge.times[i + 1] ?? Infinity;
    if (time + step <= next) add(Math.min(time + step, until), lasts.get(time) ?? null);
  });
  const end = line.values.at(-1);
  if (end != null && line.times.at(-1)! < until) {
    line.times.push(until);
    line.values.push(end);
  }
  return line;
}

export function flipLine(line: Line): Line {
  return { times: line.times, values: line.values.map((value) => (value === null ? null : 1 - value)) };
}

export interface Summary {
  min: number;
  mean: number;
  max: number;
  last: number;
}

export function summarize({ values, low, high }: Line): Summary | undefined {
  let sum = 0;
  let count = 0;
  let min = Infinity;
  let max = -Infinity;
  let last = 0;
  values.forEach((value, i) => {
    if (value === null) return;
    sum += value;
    count++;
    last = value;
    min = Math.min(min, low?.[i] ?? value);
    max = Math.max(max, high?.[i] ?? value);
  });
  return count === 0 ? undefined : { min, mean: sum / count, max, last };
}

// How long a flag was on, as a share of the time that is known.
export function shareOn({ times, values }: Line): number | undefined {
  let on = 0;
  let known = 0;
  for (let i = 0; i + 1 < times.length; i++) {
    const value = values[i];
    if (value == null) continue;
    const length = times[i + 1]! - times[i]!;
    known += length;
    on += length * Math.min(1, Math.max(0, value));
  }
  return known > 0 ? on / known : undefined;
}
