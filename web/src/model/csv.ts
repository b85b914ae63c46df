// What a chart shows as CSV: a time, then a column for each series. Pure functions.
import type { Line } from './series';

export interface CsvColumn {
  name: string;
  line: Line;
}

// Spreadsheets take a text that begins so for a formula.
const formula = /^[=+\-@\t\r]/;

function quote(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv(columns: readonly CsvColumn[]): string {
  const rows = new Map<number, (number | null)[]>();
  columns.forEach(({ line }, i) =>
    line.times.forEach((time, at) => {
      const value = line.values[at];
      if (value == null) return;
      let row = rows.get(time);
      if (!row) rows.set(time, (row = columns.map(() => null)));
      row[i] = value;
    }),
  );
  const lines = [...rows]
    .sort((a, b) => a[0] - b[0])
    .map(([time, values]) => [new Date(time * 1000).toISOString(), ...values.map((value) => (value === null ? '' : String(value)))].join(','));
  return [['time', ...columns.map(({ name }) => quote(name))].join(','), ...lines].join('\r\n') + '\r\n';
}
