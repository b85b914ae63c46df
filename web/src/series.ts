// What to ask for a chart, and how the answer becomes lines. Pure functions.
import type { FieldKind, Reading } from './api';

export const ranges = { '1h': 3_600, '24h': 86_400, '7d': 604_800, '30d': 2_592_000 } as const;
export type Range = keyof typeof ranges;
export const rangeNames = Object.keys(ranges) as Range[];

// Seconds; the windows of the history are aligned to the epoch, so nice lengths give nice times.
const windowSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

// One window for about every two pixels.
export function windowOf(range: Range, width: number): number {
  const wanted = ranges[range] / Math.max(60, width / 2);
  return windowSteps.find((step) => step >= wanted) ?? 86_400;
}

// Numbers: the mean, and the lowest and highest around it. Flags: on (a flipped one: off) in any
// moment of the window.
export function functionsOf(kind: FieldKind, flipped = false): readonly ('mean' | 'min' | 'max')[] {
  if (kind === 'boolean') return [flipped ? 'min' : 'max'];
  return kind === 'string' ? [] : ['mean', 'min', 'max'];
}

export interface Line {
  times: number[]; // seconds
  values: (number | null)[];
}

// Readings of several series are merged by time. A silence far longer than the usual step breaks
// the line, so that nothing is drawn where nothing was measured.
export function toLine(readings: readonly Reading[], step: number, breakGaps = true): Line {
  const points = readings
    .map((reading) => ({ time: Date.parse(reading.time) / 1000, value: numberOf(reading.value) }))
    .filter((point): point is { time: number; value: number } => point.value !== null && !Number.isNaN(point.time))
    .sort((a, b) => a.time - b.time);
  const longest = breakGaps ? longestStep(points, step) : Infinity;
  const line: Line = { times: [], values: [] };
  let before: number | undefined;
  for (const { time, value } of points) {
    if (before === time) continue;
    if (before !== undefined && time - before > longest) {
      line.times.push(before + (time - before) / 2);
      line.values.push(null);
    }
    line.times.push(time);
    line.values.push(value);
    before = time;
  }
  return line;
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

export interface Summary {
  min: number;
  mean: number;
  max: number;
}

export function summarize(line: Line, low?: readonly (number | null)[], high?: readonly (number | null)[]): Summary | undefined {
  const numbers = (values: readonly (number | null)[]) => values.filter((v): v is number => v !== null);
  const middle = numbers(line.values);
  if (middle.length === 0) return undefined;
  const lows = numbers(low ?? []);
  const highs = numbers(high ?? []);
  return {
    min: Math.min(...(lows.length ? lows : middle)),
    mean: middle.reduce((sum, v) => sum + v, 0) / middle.length,
    max: Math.max(...(highs.length ? highs : middle)),
  };
}
