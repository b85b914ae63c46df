// Lines for charts out of the history: as many points as there are pixels, never more.
import { alignTo, flagLine, flipLine, toLine, windowOf, type Line } from '../model/series';
import { lengthOf, type Span } from '../model/span';
import { api, type ReadingsQuery } from './client';
import { features } from './features';
import { ApiError } from './http';
import type { Field, FieldKind, Reading } from './types';

export interface Wanted {
  device: string;
  measurement: string;
  field: string;
  tags?: Record<string, string>; // of its series; absent: none
  kind: FieldKind;
  flipped: boolean; // drawn upside down: a closed contact is the calm state
}

export interface Loaded {
  line: Line;
  step: number; // seconds of a window; 0: every point as it was kept
}


export async function loadLine(wanted: Wanted, span: Span, width: number, signal: AbortSignal): Promise<Loaded> {
  if (wanted.kind === 'string') return { line: { times: [], values: [] }, step: 0 };
  const query: Query = {
    device: wanted.device,
    measurement: wanted.measurement,
    field: wanted.field,
    from: timeText(span[0]),
    to: timeText(span[1]),
  };
  if (wanted.kind === 'boolean') return loadFlag(wanted, query, span, width, signal);
  if (features.widths) {
    try {
      const answer = await api.readings({ ...query, width: String(Math.max(60, Math.round(width))) }, signal);
      const step = answer.every_s ?? 0;
      return { line: toLine(ofSeries(answer.readings, wanted), step), step };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 400) throw error;
      features.widths = false; // older than its document says
    }
  }
  const step = windowOf(lengthOf(span), width);
  const [line, low, high] = await Promise.all((['mean', 'min', 'max'] as const).map((fn) => windows(wanted, query, step, fn, signal)));
  return { line: { ...line!, low: alignTo(line!, low!), high: alignTo(line!, high!) }, step };
}

type Query = ReadingsQuery & { to: string };

async function windows(wanted: Wanted, query: Query, step: number, fn: string, signal: AbortSignal, breakGaps = true): Promise<Line> {
  const { readings } = await api.readings({ ...query, every: `${step}s`, fn }, signal);
  return toLine(ofSeries(readings, wanted), step, breakGaps);
}

// The history answers with all series of a device: those with other tags are another thing's. None
// of its own: the tags have changed since, and what there is is better than nothing.
function ofSeries(readings: Reading[], { tags = {} }: Wanted): Reading[] {
  const names = Object.keys(tags);
  const own = readings.filter((one) => {
    const its = Object.entries(one.tags).filter(([name]) => name !== 'device');
    return its.length === names.length && its.every(([name, value]) => tags[name] === value);
  });
  return own.length ? own : readings;
}

const flagLooksBack = 2 * 86_400; // for what it was at the start

async function loadFlag(wanted: Wanted, query: Query, span: Span, width: number, signal: AbortSignal): Promise<Loaded> {
  const step = windowOf(lengthOf(span), width);
  const { flipped } = wanted;
  const ask = (fn: string) => windows(wanted, query, step, fn, signal, false);
  const earlier = { ...query, from: timeText(span[0] - flagLooksBack), to: query.from, fn: 'last' };
  const [edge, last, before] = await Promise.all([ask(flipped ? 'min' : 'max'), ask('last'), api.readings(earlier, signal)]);
  const value = toLine(ofSeries(before.readings, wanted), step, false).values.at(-1);
  const until = Math.min(Date.now() / 1000, span[1]);
  const line = flagLine(edge, last, step, until, value == null ? undefined : { from: span[0], value });
  return { line: flipped ? flipLine(line) : line, step };
}

const longestAsked = 7 * 86_400;

// The newest records of a field as they were kept, newest first. `interval`: how often the device
// speaks, in seconds.
export async function loadRecords(wanted: Wanted, last: Field['time'], interval: number, count: number, signal: AbortSignal): Promise<Reading[]> {
  const end = Date.parse(last) / 1000;
  if (Number.isNaN(end)) return [];
  const { readings } = await api.readings(
    {
      device: wanted.device,
      measurement: wanted.measurement,
      field: wanted.field,
      from: timeText(end - Math.min(longestAsked, Math.max(3_600, interval * count * 1.2))),
    },
    signal,
  );
  return ofSeries(readings, wanted).sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, count);
}

export function timeText(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString();
}
