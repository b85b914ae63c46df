// Lines over time with uPlot: drawn with the page's colours, read out at the pointer, zoomed and
// panned by hand. It never changes its `span` by itself: it asks for it (`span-change`).
import { html, nothing, unsafeCSS, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import uPlot from 'uplot';
import uPlotStyle from 'uplot/dist/uPlot.min.css?inline';
import { View } from '../../app/settings';
import { formatTime } from '../../model/format';
import { lengthOf, type Span } from '../../model/span';
import { shared } from '../styles';
import { chartStyles } from './chart.css';
import { columnsOf, valueBefore, valueNear, type ChartSeries, type Columns } from './columns';
import { Gestures } from './gestures';
import { chartOptions, speak } from './options';

export type { ChartSeries };

interface Pointed {
  time: string;
  rows: { color: number; ghost: boolean; label: string; value: string }[];
  left: number; // pixels
  right: boolean; // the box stands on the pointer's right
}

@customElement('cd-chart')
export class Chart extends View {
  @property({ attribute: false }) series: readonly ChartSeries[] = [];
  @property({ attribute: false }) span: Span = [0, 1];
  @property() label = '';
  @state() private pointed: Pointed | undefined;
  @query('#plot') private place!: HTMLElement;
  @query('.pointed') private box?: HTMLElement;

  #plot: uPlot | undefined;
  #columns: Columns | undefined;
  #gestures: Gestures | undefined;
  #shownSpan: Span = [0, 1]; // while a hand moves it: not yet `span`
  #late = false; // `series` came while a hand moved it
  #observer = new ResizeObserver(() => this.#resize());

  static override styles = [unsafeCSS(uPlotStyle), shared, chartStyles];

  override render() {
    return html`
      <div id="plot" role="img" tabindex="0" aria-label=${this.label} @keydown=${this.#key} @blur=${() => (this.pointed = undefined)}></div>
      ${this.pointed ? this.#pointedBox(this.pointed) : nothing}
    `;
  }

  #pointedBox({ time, rows }: Pointed) {
    return html`<div class="pointed numbers" aria-hidden="true">
      <strong>${time}</strong>
      ${rows.map(
        (row) => html`<span class="row">
          <svg class="series-${row.color} ${row.ghost ? 'ghost' : ''}" width="14" height="8"><path d="M0 4h14" /></svg>
          ${this.series.length > 1 ? html`<bdi class="name">${row.label}</bdi>` : nothing}<b>${row.value}</b>
        </span>`,
      )}
    </div>`;
  }

  override firstUpdated() {
    this.#observer.observe(this.place);
  }
  override connectedCallback() {
    super.connectedCallback();
    if (this.hasUpdated) this.#observer.observe(this.place);
  }
  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#destroy();
  }
  protected override settingsChanged() {
    this.#destroy(); // other colours, other words: updated() draws it anew
  }

  override updated(changed: PropertyValues) {
    if (this.#plot && this.#gestures?.moving) this.#late ||= changed.has('series') || changed.has('span');
    else if (!this.#plot || changed.has('series')) this.#draw();
    else if (changed.has('span')) this.#show(this.span);
    if (this.pointed && this.box) {
      this.box.style.left = `${this.pointed.left}px`;
      this.box.classList.toggle('leftwards', !this.pointed.right);
    }
  }

  #destroy() {
    this.#gestures?.stop();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.place;
    if (width === 0) return;
    if (!this.#plot) this.#draw();
    else if (width !== this.#plot.width || height !== this.#plot.height) this.#plot.setSize({ width, height });
  }

  // What came meanwhile is drawn where the hand left the picture; the page answers with its span.
  #rested() {
    if (this.#late) this.#draw(this.#shownSpan);
  }

  #draw(span = this.span) {
    const { clientWidth: width, clientHeight: height } = this.place;
    if (width === 0) return;
    this.#late = false;
    this.#shownSpan = span;
    const before = this.#columns;
    const columns = (this.#columns = columnsOf(this.series));
    if (this.#plot && before && sameShape(before, columns, this.#drawnSeries, this.series)) {
      this.#drawnSeries = this.series;
      this.#plot.setData(columns.data, false);
      this.#show(span);
      return;
    }
    this.#destroy();
    this.#drawnSeries = this.series;
    const style = getComputedStyle(this);
    const look = {
      width, height, lang: this.lang_, font: style.fontFamily, selectable: true, color: (name: string) => style.getPropertyValue(name).trim(),
    };
    const hooks = { span: () => this.#shownSpan, onCursor: (plot: uPlot) => this.#point(plot), onSelect: (plot: uPlot) => this.#select(plot) };
    this.#plot = new uPlot(chartOptions(this.series, columns, look, hooks), columns.data, this.place);
    this.#gestures = new Gestures(this.#plot.over, {
      span: () => this.#shownSpan,
      preview: (span) => this.#show(span),
      settle: (span) => this.#ask(span),
      rested: () => this.#rested(),
      reset: () => this.#ask(undefined),
    });
  }
  #drawnSeries: readonly ChartSeries[] = [];

  #show(span: Span) {
    this.#shownSpan = span;
    this.#plot?.setScale('x', { min: span[0], max: span[1] });
  }

  #ask(span: Span | undefined) {
    this.pointed = undefined;
    this.dispatchEvent(new CustomEvent('span-change', { detail: span }));
  }

  #select(plot: uPlot) {
    const { left, width } = plot.select;
    if (width < 8) return;
    const from = plot.posToVal(left, 'x');
    const to = plot.posToVal(left + width, 'x');
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#ask([from, to]);
  }

  #key = (event: KeyboardEvent) => {
    if (this.#gestures?.key(event)) event.preventDefault();
  };

  #point(plot: uPlot) {
    const index = plot.cursor.idx;
    const time = index == null ? undefined : plot.data[0][index];
    if (index == null || time === undefined || !this.#columns) {
      if (this.pointed) this.pointed = undefined;
      return;
    }
    const columns = this.#columns;
    const rows = this.series.flatMap((series, i) => {
      const column = plot.data[columns.value[i]!] ?? [];
      const lane = columns.lanes[i];
      const found = lane ? valueBefore(column, index) : valueNear(column, index, this.series.length > 1 ? 6 : 0);
      if (found === undefined) return [];
      const value = speak(series, lane ? found - lane.base : found, this.lang_);
      return [{ color: series.color, ghost: series.ghost, label: series.label, value }];
    });
    const left = plot.over.offsetLeft + plot.valToPos(time, 'x');
    this.pointed = rows.length
      ? { time: formatTime(time * 1000, this.lang_, Date.now(), lengthOf(this.#shownSpan)), rows, left, right: left < this.clientWidth / 2 }
      : undefined;
  }
}

// Only the data are new: the picture need not be built anew.
function sameShape(a: Columns, b: Columns, before: readonly ChartSeries[], now: readonly ChartSeries[]): boolean {
  const key = (columns: Columns, series: readonly ChartSeries[]) =>
    JSON.stringify([columns.units, columns.band, columns.lanes, series.map((one) => [one.color, one.ghost, one.field, one.line.times.length < 60])]);
  return key(a, before) === key(b, now);
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-chart': Chart;
  }
}
