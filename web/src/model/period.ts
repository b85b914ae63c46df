// Ranges by name, and what to compare them with. Local time: a day is as long as its clock says.
import type { Span } from './span';

export const rangeNames = ['1h', '24h', '7d', '30d', '1y', 'today', 'week', 'month'] as const;
export type RangeName = (typeof rangeNames)[number];
export const rollingRanges = ['1h', '24h', '7d', '30d', '1y'] as const;
export const calendarRanges = ['today', 'week', 'month'] as const;

export const compareNames = ['none', 'day', 'week', 'month', 'year'] as const;
export type Compare = (typeof compareNames)[number];

const lengths: Partial<Record<RangeName, number>> = {
  '1h': 3_600, '24h': 86_400, '7d': 7 * 86_400, '30d': 30 * 86_400, '1y': 365 * 86_400,
};

export function isRange(name: string | null): name is RangeName {
  return (rangeNames as readonly string[]).includes(name ?? '');
}
export function isCompare(name: string | null): name is Compare {
  return (compareNames as readonly string[]).includes(name ?? '');
}

// `now` in seconds. Calendar ranges are whole: today ends at midnight.
export function spanOf(range: RangeName, now: number): Span {
  const length = lengths[range];
  if (length) return [now - length, now];
  const start = new Date(now * 1000);
  start.setHours(0, 0, 0, 0);
  if (range === 'week') start.setDate(start.getDate() - ((start.getDay() + 6) % 7)); // from Monday
  if (range === 'month') start.setDate(1);
  const end = new Date(start);
  if (range === 'today') end.setDate(end.getDate() + 1);
  if (range === 'week') end.setDate(end.getDate() + 7);
  if (range === 'month') end.setMonth(end.getMonth() + 1);
  return [start.getTime() / 1000, end.getTime() / 1000];
}

function back(seconds: number, compare: Compare): number {
  const date = new Date(seconds * 1000);
  if (compare === 'day') date.setDate(date.getDate() - 1);
  if (compare === 'week') date.setDate(date.getDate() - 7);
  const day = date.getDate();
  if (compare === 'month') date.setMonth(date.getMonth() - 1);
  if (compare === 'year') date.setFullYear(date.getFullYear() - 1);
  // 31 March a month ago is the last of February, not 3 March.
  if (date.getDate() !== day && (compare === 'month' || compare === 'year')) date.setDate(0);
  return date.getTime() / 1000;
}

export interface Earlier {
  span: Span; // what to ask for
  shift: number; // seconds to add to its times, so that it lies under the present
}

// The same stretch a day, a week, a month or a year earlier, as long as the present one.
export function earlier(span: Span, compare: Compare): Earlier | undefined {
  if (compare === 'none') return undefined;
  const from = back(span[0], compare);
  const shift = span[0] - from;
  return { span: [from, span[1] - shift], shift };
}

// What people compare such a range with.
export function usualCompare(range: RangeName): Compare {
  if (range === '1h' || range === '24h' || range === 'today') return 'day';
  return range === '7d' || range === 'week' ? 'week' : 'year';
}
