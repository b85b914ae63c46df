// What uPlot draws: all lines on one time axis, a scale per unit, flags in lanes at the bottom.
import uPlot from 'uplot';
import type { Named } from '../../model/fields';
import type { Line } from '../../model/series';

export interface ChartSeries {
  label: string;
  field: Named; // how its values are spoken
  flag: boolean;
  color: number; // 1 … 8, the page's --series-N
  ghost: boolean; // what it is compared with
  line: Line;
}

export interface Lane {
  base: number;
  height: number;
}

export interface Columns {
  data: uPlot.AlignedData;
  value: number[]; // the column of each series' line
  band: ([low: number, high: number] | undefined)[];
  lanes: (Lane | undefined)[]; // of flags
  laneTop: number; // of the flags' scale
  units: string[]; // of the numbers, in their order: each is a scale
}

const laneStep = 1.3;
const mostOfFlags = 0.5; // of the height, beside numbers
const shareOfFlag = 0.14;

export function columnsOf(series: readonly ChartSeries[]): Columns {
  const own = [...new Set(series.filter((one) => one.flag).map((one) => one.color))]; // what it is compared with shares its lane
  const flags = own.length;
  const numbers = series.filter((one) => !one.flag).length;
  const units = [...new Set(series.filter((one) => !one.flag).map((one) => one.field.unit ?? ''))];
  const share = numbers === 0 ? 1 : Math.min(mostOfFlags, shareOfFlag * flags);
  const tables: uPlot.AlignedData[] = [];
  const out: Columns = { data: [[]], value: [], band: [], lanes: [], laneTop: (Math.max(1, flags) * laneStep) / share, units };
  let column = 1;
  for (const { line, flag, color } of series) {
    const { times, values, low, high } = line;
    out.value.push(column);
    if (flag) {
      const base = own.indexOf(color) * laneStep + 0.1;
      out.lanes.push({ base, height: 1 });
      tables.push([times, values.map((value) => (value === null ? null : base + value))]);
      out.band.push(undefined);
      column += 1;
      continue;
    }
    out.lanes.push(undefined);
    tables.push(low && high ? [times, values, low, high] : [times, values]);
    out.band.push(low && high ? [column + 1, column + 2] : undefined);
    column += low && high ? 3 : 1;
  }
  out.data = tables.length === 1 ? tables[0]! : tables.length > 1 ? uPlot.join(tables) : [[]];
  return out;
}

// The series' value nearest to a place on the time axis, not further than `reach` columns away.
export function valueNear(column: ArrayLike<number | null | undefined>, index: number, reach: number): number | undefined {
  for (let d = 0; d <= reach; d++)
    for (const i of d === 0 ? [index] : [index - d, index + d]) {
      const value = column[i];
      if (value != null) return value;
    }
  return undefined;
}

// A flag's value holds until the next one: the last at or before the place.
export function valueBefore(column: ArrayLike<number | null | undefined>, index: number): number | undefined {
  for (let i = Math.min(index, column.length - 1); i >= 0; i--) {
    const value = column[i];
    if (value !== undefined) return value ?? undefined;
  }
  return undefined;
}
