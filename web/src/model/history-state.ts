// What the history page shows, as text in its address. Pure functions.
import type { SeriesKey } from './chart-series';
import { isCompare, isRange, type Compare, type RangeName } from './period';
import type { Span } from './span';

export const mostSeries = 8;

export interface HistoryState {
  series: SeriesKey[];
  range: RangeName | Span;
  compare: Compare;
}

const part = (text: string) => encodeURIComponent(text).replaceAll('~', '%7E');

function writeKey({ device, measurement, field, tags }: SeriesKey): string {
  const sorted = Object.entries(tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).flat();
  return [device, measurement, field, ...sorted].map(part).join('~');
}

function readKey(text: string): SeriesKey | undefined {
  const parts = text.split('~');
  if (parts.length < 3 || parts.length % 2 === 0 || parts.length > 20 || parts.slice(0, 3).some((one) => !one)) return undefined;
  try {
    const [device, measurement, field, ...rest] = parts.map(decodeURIComponent);
    const tags = rest.flatMap((name, i) => (i % 2 === 0 ? [[name, rest[i + 1]!] as const] : []));
    return { device: device!, measurement: measurement!, field: field!, ...(tags.length ? { tags: Object.fromEntries(tags) } : {}) };
  } catch {
    return undefined; // a stray %
  }
}

export const sameKey = (a: SeriesKey, b: SeriesKey) => writeKey(a) === writeKey(b);

function readSpan(from: string | null, to: string | null): Span | undefined {
  const [a, b] = [from, to].map((text) => (text ? Date.parse(text) / 1000 : NaN));
  return a! < b! ? [a!, b!] : undefined; // false where one is NaN
}

export function readHistory(parameters: URLSearchParams): HistoryState {
  const series: SeriesKey[] = [];
  for (const text of parameters.getAll('s')) {
    const key = readKey(text);
    if (key && series.length < mostSeries && !series.some((one) => sameKey(one, key))) series.push(key);
  }
  const range = parameters.get('range');
  const compare = parameters.get('compare');
  return {
    series,
    range: readSpan(parameters.get('from'), parameters.get('to')) ?? (isRange(range) ? range : '24h'),
    compare: isCompare(compare) ? compare : 'none',
  };
}

export function writeHistory({ series, range, compare }: HistoryState): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const key of series) parameters.append('s', writeKey(key));
  if (typeof range === 'string') {
    if (range !== '24h') parameters.set('range', range);
  } else {
    const [from, to] = range.map((at) => new Date(Math.round(at * 1000)).toISOString());
    parameters.set('from', from!);
    parameters.set('to', to!);
  }
  if (compare !== 'none') parameters.set('compare', compare);
  return parameters;
}

export function historyAddress(series: SeriesKey[]): string {
  return `/history?${writeHistory({ series, range: '24h', compare: 'none' })}`;
}
