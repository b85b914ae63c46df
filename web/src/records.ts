// What the device page asks for and keeps: the chart of one field, and its latest records.
import { api, type Field, type Reading } from './api';
import type { ChartData } from './chart';
import { isFlipped, nameOf } from './fields';
import { alignTo, functionsOf, ranges, toLine, windowOf, type Range } from './series';

export interface Chosen {
  device: string;
  field: Field;
  measurement: string;
  range: Range;
  width: number; // pixels
}

const second = 1000;

// Draws what it has as early as it has it: `show` is called with the line, then with its band.
export async function loadChart(
  chosen: Chosen,
  now: number,
  signal: AbortSignal,
  show: (data: ChartData, step: number) => void,
): Promise<void> {
  const step = windowOf(chosen.range, chosen.width);
  const ask = (fn: string) =>
    api.readings(
      {
        device: chosen.device,
        measurement: chosen.measurement,
        field: chosen.field.name,
        from: new Date(now - ranges[chosen.range] * second).toISOString(),
        every: `${step}s`,
        fn,
      },
      signal,
    );
  const [main, ...edges] = functionsOf(chosen.field.type, isFlipped(nameOf(chosen.field)));
  if (!main) return show({ line: { times: [], values: [] } }, step);
  const flag = chosen.field.type === 'boolean';
  const line = toLine(await ask(main), step, !flag);
  if (flag) {
    holdUntil(line, now / second, chosen.field.value === true ? 1 : 0);
    if (isFlipped(nameOf(chosen.field))) line.values = line.values.map((value) => (value === null ? null : 1 - value));
  }
  show({ line }, step);
  if (edges.length === 0 || line.times.length === 0) return;
  const [low, high] = [await ask(edges[0]!), await ask(edges[1]!)].map((answer) => alignTo(line, toLine(answer, step)));
  show({ line, low: low!, high: high! }, step);
}

// A flag stays as it is until somebody says otherwise: draw it up to now.
function holdUntil(line: { times: number[]; values: (number | null)[] }, now: number, value: number) {
  const last = line.times.at(-1);
  if (last === undefined || last >= now) return;
  line.times.push(now);
  line.values.push(value);
}

// The newest records of a field as they were kept, newest first: of the hour before its last value.
export async function loadRecords(chosen: Chosen, count: number, signal: AbortSignal): Promise<Reading[]> {
  const last = Date.parse(chosen.field.time);
  if (Number.isNaN(last)) return [];
  const found = await api.readings(
    {
      device: chosen.device,
      measurement: chosen.measurement,
      field: chosen.field.name,
      from: new Date(last - ranges['1h'] * second).toISOString(),
    },
    signal,
  );
  return found.sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, count);
}
