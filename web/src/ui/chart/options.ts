// How uPlot draws what columns.ts gathered.
import uPlot from 'uplot';
import { isFlipped, nameOf } from '../../model/fields';
import { formatNumber, showText, unitText } from '../../model/format';
import type { Span } from '../../model/span';
import type { Lang } from '../../words/i18n';
import { niceRange, timeMarks } from './axes';
import type { ChartSeries, Columns } from './columns';

export interface Look {
  width: number;
  height: number;
  lang: Lang;
  font: string; // family
  color(name: string): string; // a custom property of the page
  selectable: boolean;
}

export interface Hooks {
  span(): Span;
  onCursor(plot: uPlot): void;
  onSelect(plot: uPlot): void;
}

const few = 60; // points are marked
const footOfFlags = (columns: Columns) => {
  const flags = new Set(columns.lanes.flatMap((lane) => (lane ? [lane.base] : []))).size;
  return flags && columns.units.length ? Math.min(0.5, 0.14 * flags) : 0;
};

export function chartOptions(series: readonly ChartSeries[], columns: Columns, look: Look, hooks: Hooks): uPlot.Options {
  const { lines, bands } = drawn(series, columns, look);
  const foot = footOfFlags(columns);
  const scales: uPlot.Scales = { x: { time: true, range: () => [...hooks.span()] } };
  columns.units.forEach((_, i) => (scales[`u${i}`] = { range: (_u, min, max) => niceRange(min, max, foot) }));
  scales['flags'] = { range: () => (columns.units.length ? [0, columns.laneTop] : [-0.05, columns.laneTop]) };
  return {
    width: look.width,
    height: look.height,
    legend: { show: false },
    padding: [10, columns.units.length > 1 ? 0 : 20, 0, 0],
    cursor: {
      y: false,
      drag: { x: look.selectable, y: false, setScale: false },
      points: { size: 8, stroke: look.color('--card'), fill: (_u, i) => (lines[i]?.stroke as string) ?? '', show: true },
    },
    scales,
    series: [{}, ...lines],
    bands,
    axes: [timeAxis(look), ...valueAxes(series, columns, look)],
    hooks: {
      setCursor: [hooks.onCursor],
      setSelect: [hooks.onSelect],
    },
  };
}

function drawn(series: readonly ChartSeries[], columns: Columns, look: Look): { lines: uPlot.Series[]; bands: uPlot.Band[] } {
  const lines: uPlot.Series[] = [];
  const bands: uPlot.Band[] = [];
  const unmarked = { show: false };
  series.forEach((one, i) => {
    const stroke = look.color(`--series-${one.color}`);
    const lane = columns.lanes[i];
    const ghost = one.ghost ? { dash: [5, 4], alpha: 0.75 } : {};
    if (lane) {
      const fill = `${stroke}${one.ghost ? '16' : '40'}`;
      lines.push({
        scale: 'flags', stroke, width: 1.5, fill, fillTo: () => lane.base, paths: uPlot.paths.stepped!({ align: 1 }), points: unmarked, ...ghost,
      });
      return;
    }
    const scale = `u${columns.units.indexOf(one.field.unit ?? '')}`;
    const marked = !one.ghost && one.line.times.length < few;
    lines.push({ scale, stroke, width: 2, points: { show: marked, size: 5, fill: stroke, stroke }, ...ghost });
    const band = columns.band[i];
    if (!band) return;
    const edge: uPlot.Series = { scale, stroke: 'transparent', width: 0, points: unmarked };
    lines.push(edge, edge);
    // Many bands over each other say nothing.
    if (series.length <= 3 && !one.ghost) bands.push({ series: [band[1], band[0]], fill: `${stroke}${series.length === 1 ? '2b' : '1c'}` });
  });
  return { lines, bands };
}

function plainAxis(look: Look): uPlot.Axis {
  return {
    stroke: look.color('--soft'),
    font: `12px ${look.font}`,
    grid: { stroke: look.color('--line'), width: 1 },
    ticks: { show: false },
  };
}

function timeAxis(look: Look): uPlot.Axis {
  return { ...plainAxis(look), size: 32, space: look.width < 500 ? 56 : 72, values: (_, at) => timeMarks(at, look.lang) };
}

// Two units have axes; the values of others are told at the pointer.
function valueAxes(series: readonly ChartSeries[], columns: Columns, look: Look): uPlot.Axis[] {
  if (columns.units.length === 0) return [flagAxis(series, columns, look)];
  const single = columns.units.length === 1;
  return columns.units.slice(0, 2).map((unit, i) => {
    const own = new Set(series.filter((one) => !one.flag && (one.field.unit ?? '') === unit).map((one) => one.color));
    const axis = plainAxis(look);
    return {
      ...axis,
      scale: `u${i}`,
      side: i === 0 ? 3 : 1,
      ...(i === 0 ? {} : { grid: { show: false } }),
      // Whose axis it is, where two stand beside each other.
      ...(!single && own.size === 1 ? { stroke: look.color(`--series-${[...own][0]}`) } : {}),
      size: (plot, values) => widest(plot, values, look),
      gap: 6,
      space: 44,
      values: (_, at) => at.map((value) => mark(value, unit, look.lang)),
    };
  });
}

function mark(value: number, unit: string, lang: Lang): string {
  return formatNumber(value, lang, Math.abs(value) >= 1000 ? 0 : 2) + (unit.length <= 3 ? unitText(unit) : '');
}

// One flag: its two words. Several: the pointer tells.
function flagAxis(series: readonly ChartSeries[], columns: Columns, look: Look): uPlot.Axis {
  const flags = series.filter((one) => one.flag && !one.ghost);
  const one = flags[0];
  const lane = columns.lanes[0];
  if (flags.length !== 1 || !one || !lane) return { ...plainAxis(look), scale: 'flags', show: false };
  const words = new Map([0, 1].map((value) => [lane.base + value, speak(one, value, look.lang)]));
  return {
    ...plainAxis(look),
    scale: 'flags',
    size: (plot, values) => widest(plot, values, look),
    gap: 6,
    splits: () => [...words.keys()],
    values: (_, at) => at.map((value) => words.get(value) ?? ''),
  };
}

// What a series' drawn value means.
export function speak(series: ChartSeries, drawn: number, lang: Lang, detail = true): string {
  if (!series.flag) return showText(series.field, drawn, lang, detail);
  return showText(series.field, (drawn >= 0.5) !== isFlipped(nameOf(series.field)), lang);
}

function widest(plot: uPlot, values: string[] | null, look: Look): number {
  if (!values) return 44;
  plot.ctx.save();
  plot.ctx.font = `12px ${look.font}`;
  const longest = Math.max(0, ...values.map((text) => plot.ctx.measureText(text).width));
  plot.ctx.restore();
  return Math.ceil(longest) + 14;
}
