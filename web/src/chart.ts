// A line over time with uPlot. Colours are the page's; the pointer's place is read out above it.
import { css, html, unsafeCSS, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import uPlot from 'uplot';
import uPlotStyle from 'uplot/dist/uPlot.min.css?inline';
import type { FieldKind } from './api';
import { isFlipped } from './fields';
import { formatNumber, formatTime, showText } from './format';
import type { Line } from './series';
import { View } from './settings';
import { shared } from './styles';

export interface ChartData {
  line: Line;
  low?: (number | null)[]; // at the line's times: the band around it
  high?: (number | null)[];
}

const oneDay = 86_400;

@customElement('cd-chart')
export class Chart extends View {
  @property({ attribute: false }) data!: ChartData;
  @property({ attribute: false }) span!: readonly [number, number]; // seconds
  @property() name = '';
  @property() unit: string | null = null;
  @property() kind: FieldKind = 'float';
  @property() label = '';
  @state() private pointed: string | undefined;
  @query('#plot') private place!: HTMLElement;

  #plot: uPlot | undefined;
  #observer = new ResizeObserver(() => this.#resize());

  static override styles = [
    unsafeCSS(uPlotStyle),
    shared,
    css`
      #plot {
        height: 15rem;
        position: relative;
        touch-action: pan-y;
      }
      @media (min-width: 48rem) {
        #plot {
          height: 19rem;
        }
      }
      .readout {
        min-height: 1.3rem;
        font-size: 0.8125rem;
        color: var(--soft);
        text-align: right;
      }
      .u-cursor-x {
        border-right: 1px solid var(--control);
      }
    `,
  ];

  override render() {
    return html`
      <div class="readout numbers" aria-hidden="true">${this.pointed ?? ''}</div>
      <div id="plot" role="img" aria-label=${this.label}></div>
    `;
  }

  override firstUpdated() {
    this.#observer.observe(this.place);
  }
  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#destroy();
  }
  override connectedCallback() {
    super.connectedCallback();
    if (this.hasUpdated) this.#observer.observe(this.place);
  }

  override updated(changed: PropertyValues) {
    const only = changed.size === 1 && changed.has('pointed' as never);
    if (only) return;
    const shape = ['name', 'unit', 'kind'].some((key) => changed.has(key));
    if (this.#plot && changed.size > 0 && !shape) this.#refill();
    else this.#draw();
  }

  protected override settingsChanged() {
    this.#destroy(); // other colours, other words: updated() draws it anew
  }

  #destroy() {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #columns(): uPlot.AlignedData {
    const { line, low, high } = this.data;
    return low && high ? [line.times, line.values, low, high] : [line.times, line.values];
  }

  #refill() {
    const columns = this.#columns();
    if (columns.length !== this.#plot!.series.length) return this.#draw();
    this.#plot!.setData(columns, false);
    this.#plot!.setScale('x', { min: this.span[0], max: this.span[1] });
  }

  #resize() {
    const width = this.place.clientWidth;
    if (width > 0 && this.#plot && width !== this.#plot.width)
      this.#plot.setSize({ width, height: this.place.clientHeight });
    else if (width > 0 && !this.#plot) this.#draw();
  }

  #draw() {
    this.#destroy();
    const width = this.place.clientWidth;
    if (width === 0 || !this.data) return;
    this.#plot = new uPlot(this.#options(width), this.#columns(), this.place);
  }

  #options(width: number): uPlot.Options {
    const style = getComputedStyle(this);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const accent = color('--accent');
    const flag = this.kind === 'boolean';
    const banded = !flag && this.data.low !== undefined;
    const few = this.data.line.times.length < 60;
    const font = `12px ${style.fontFamily}`;
    const axis: uPlot.Axis = {
      stroke: color('--soft'),
      font,
      grid: { stroke: color('--line'), width: 1 },
      ticks: { show: false },
    };
    const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
    return {
      width,
      height: this.place.clientHeight,
      legend: { show: false },
      padding: [10, 20, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 8, fill: accent, stroke: color('--card') } },
      scales: {
        x: { time: true, range: () => [this.span[0], this.span[1]] },
        y: flag ? { range: [-0.08, 1.25] } : { range: niceRange },
      },
      series: [
        {},
        {
          stroke: accent,
          width: 2,
          ...(flag ? { paths: uPlot.paths.stepped!({ align: 1 }), fill: `${accent}26` } : {}),
          points: { show: few && !flag, size: 5, fill: accent, stroke: accent },
        },
        ...(banded ? [edge, edge] : []),
      ],
      ...(banded ? { bands: [{ series: [3, 2], fill: `${accent}2b` }] as uPlot.Band[] } : {}),
      axes: [
        { ...axis, size: 32, space: 64, values: (_, at) => this.#times(at) },
        {
          ...axis,
          size: (plot, values) => this.#widest(plot, values, font),
          gap: 6,
          ...(flag ? { splits: () => [0, 1] } : { space: 44 }),
          values: (_, at) => at.map((v) => this.#value(v)),
        },
      ],
      hooks: { setCursor: [(plot) => this.#point(plot)] },
    };
  }

  #value(value: number): string {
    if (this.kind === 'boolean')
      return value === 0 || value === 1 ? showText(this, this.#flag(value), this.lang_) : '';
    const decimals = Math.abs(value) >= 1000 ? 0 : 2;
    return formatNumber(value, this.lang_, decimals);
  }

  #flag(drawn: number): boolean {
    return (drawn === 1) !== isFlipped(this.name);
  }

  #widest(plot: uPlot, values: string[] | null, font: string): number {
    if (!values) return 44;
    plot.ctx.save();
    plot.ctx.font = font;
    const widest = Math.max(...values.map((text) => plot.ctx.measureText(text).width));
    plot.ctx.restore();
    return Math.ceil(widest) + 14;
  }

  // Clock times; the date where a day begins, or where every mark is one.
  #times(at: number[]): string[] {
    const step = (at[1] ?? 0) - (at[0] ?? 0);
    const lang = this.lang_;
    const day = new Intl.DateTimeFormat(lang, { month: 'numeric', day: 'numeric' });
    const clock = new Intl.DateTimeFormat(lang, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(step < 60 ? { second: '2-digit' as const } : {}),
    });
    return at.map((time) => {
      const date = new Date(time * 1000);
      const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
      return step >= oneDay || midnight ? day.format(date) : clock.format(date);
    });
  }

  #point(plot: uPlot) {
    const index = plot.cursor.idx;
    const time = index == null ? undefined : plot.data[0][index];
    const value = index == null ? undefined : plot.data[1]![index];
    if (time === undefined || value == null) {
      this.pointed = undefined;
      return;
    }
    const spoken = this.kind === 'boolean' ? this.#flag(value) : value;
    this.pointed = `${formatTime(time * 1000, this.lang_)} · ${showText(this, spoken, this.lang_, true)}`;
  }
}

// Air above and below; a line that does not move stands in the middle.
function niceRange(_: uPlot, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  if (min === max) {
    const room = Math.max(1, Math.abs(min) * 0.1);
    return [min - room, max + room];
  }
  const room = (max - min) * 0.12;
  return [min >= 0 && min - room < 0 ? 0 : min - room, max + room];
}
