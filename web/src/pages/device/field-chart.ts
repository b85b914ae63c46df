// The history of one field, with its range.
import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { readingsPath } from '../../api/client';
import { loadLine, timeText } from '../../api/history';
import { errorText } from '../../api/http';
import { home } from '../../api/store';
import type { Device, Field, StreamReading } from '../../api/types';
import { keyOfField, queryOf, wantedOf } from '../../model/chart-series';
import { isFlipped, nameOf } from '../../model/fields';
import { formatDuration, formatNumber, formatSpan, showText } from '../../model/format';
import { historyAddress } from '../../model/history-state';
import { rollingRanges, spanOf } from '../../model/period';
import { shareOn, summarize, type Line } from '../../model/series';
import { lengthOf, type Span } from '../../model/span';
import type { ChartSeries } from '../../ui/chart/chart';
import '../../ui/chart/chart';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { fieldChartStyles } from './field-chart.css';

type Range = (typeof rollingRanges)[number];
const liveRefreshMs = 15_000; // readings that come in are drawn at most so often

@customElement('cd-field-chart')
export class FieldChart extends View {
  @property({ attribute: false }) device!: Device;
  @property({ attribute: false }) field!: Field;
  @property() label = '';
  @state() private range: Range = '24h';
  @state() private zoomed: Span | undefined;
  @state() private drawn: { series: ChartSeries[]; span: Span; step: number; words: string } | undefined;
  @state() private failed = '';

  #asked = '';
  #askedSeries = '';
  #abort = new AbortController();
  #refresh: ReturnType<typeof setTimeout> | undefined;

  static override styles = [shared, formStyles, fieldChartStyles];

  override connectedCallback() {
    super.connectedCallback();
    home.addEventListener('reading', this.onReading);
    this.#asked = '';
  }
  override disconnectedCallback() {
    super.disconnectedCallback();
    home.removeEventListener('reading', this.onReading);
    this.#abort.abort();
    clearTimeout(this.#refresh);
    this.#refresh = undefined;
  }

  private get key() {
    return keyOfField(this.device, this.field);
  }

  override willUpdate(_: PropertyValues) {
    const series = JSON.stringify(this.key);
    if (series !== this.#askedSeries) {
      this.#askedSeries = series;
      this.drawn = undefined;
      this.zoomed = undefined;
    }
  }

  override updated() {
    const wanted = JSON.stringify([this.key, this.range, this.zoomed]);
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    void this.load();
  }

  private async load() {
    clearTimeout(this.#refresh);
    this.#refresh = undefined;
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    const { field, label } = this;
    const span = this.zoomed ?? spanOf(this.range, Date.now() / 1000);
    const words = this.zoomed ? formatSpan(span[0], span[1], this.lang_) : this.t(`device.range.${this.range}`);
    try {
      const { line, step } = await loadLine(wantedOf(this.key, field), span, this.clientWidth || 360, signal);
      const series = [{ label, field, flag: field.type === 'boolean', color: 1, ghost: false, line }];
      this.drawn = { series, span, step, words };
      this.failed = '';
    } catch (error) {
      if (!signal.aborted) this.failed = errorText(error);
    }
  }

  private readonly onReading = (event: Event) => {
    const reading = (event as CustomEvent<StreamReading>).detail;
    if (this.#refresh || this.zoomed || home.deviceOf(reading) !== this.device.id) return;
    const wait = Math.max(liveRefreshMs, (lengthOf(spanOf(this.range, 0)) / 240) * 1000);
    this.#refresh = setTimeout(() => {
      void this.load();
      this.dispatchEvent(new Event('used'));
    }, Math.min(wait, 300_000));
  };

  override render() {
    return html`<section class="card">
      <div class="head">
        <h2><bdi>${this.t('device.chart', { field: this.label })}</bdi></h2>
        <div class="segments" role="group" aria-label=${this.t('device.range')}>
          ${rollingRanges.map(
            (range) =>
              html`<button aria-pressed=${!this.zoomed && range === this.range} @click=${() => this.choose(range)}>
                ${this.t(`device.range.${range}`)}
              </button>`,
          )}
        </div>
      </div>
      <div class="place">${this.plot()}</div>
      <div class="ends">
        <a class="link small" href=${this.csv()} download=${`${this.key.device.slice(0, 60).replaceAll(/[^\p{L}\p{N}.-]+/gu, '-')}-${this.field.name.slice(0, 40)}.csv`}
          >${icon('download', 16)}${this.t('device.csv')}</a
        >
        <a class="link small" href=${historyAddress([this.key])}>${icon('chart', 16)}${this.t('device.history')}</a>
      </div>
    </section>`;
  }

  private choose(range: Range) {
    this.range = range;
    this.zoomed = undefined;
  }

  private csv(): string {
    const span = this.zoomed ?? spanOf(this.range, Date.now() / 1000);
    return readingsPath({ ...queryOf(this.key), from: timeText(span[0]), to: timeText(span[1]), format: 'csv' });
  }

  private plot() {
    if (this.failed) return html`<p class="hole" role="alert">${this.t('app.error')}: ${this.failed}</p>`;
    const { drawn } = this;
    if (!drawn) return html`<p class="hole" role="status">${this.t('app.loading')}</p>`;
    const line = drawn.series[0]!.line;
    const nothingThere = line.times.length === 0;
    return html`
      ${nothingThere ? html`<p class="hole" role="status">${this.t('device.nodata')}</p>` : nothing}
      <cd-chart
        ?hidden=${nothingThere}
        .series=${drawn.series}
        .span=${drawn.span}
        .label=${this.spoken(line, drawn.words)}
        @span-change=${(event: CustomEvent<Span | undefined>) => (this.zoomed = event.detail)}
      ></cd-chart>
      <div class="sum numbers">${this.sum(line, drawn.step)}${this.zoomed ? this.reset() : nothing}</div>
    `;
  }

  private reset() {
    return html`<button class="chip" @click=${() => (this.zoomed = undefined)}>${icon('reset', 15)}${this.t('history.zoom.reset')}</button>`;
  }

  private spoken(line: Line, range: string): string {
    const words = { field: this.label, range };
    const sum = this.field.type === 'boolean' ? undefined : summarize(line);
    if (!sum) return this.t('device.chart.flag', words);
    const say = (value: number) => showText(this.field, value, this.lang_);
    return this.t('device.chart.label', { ...words, min: say(sum.min), mean: say(sum.mean), max: say(sum.max) });
  }

  private sum(line: Line, step: number) {
    const { field } = this;
    if (field.type === 'boolean') {
      const share = shareOn(line);
      if (share === undefined) return html`<span></span>`;
      const words = {
        state: showText(field, !isFlipped(nameOf(field)), this.lang_),
        share: `${formatNumber(share * 100, this.lang_, share < 0.1 ? 1 : 0)}%`,
      };
      return html`<span>${this.t('device.share', words)}</span>`;
    }
    const sum = summarize(line);
    if (!sum) return html`<span></span>`;
    const say = (value: number) => showText(field, value, this.lang_);
    return html`<dl>
        ${(['min', 'mean', 'max'] as const).map((word) => html`<div><dt>${this.t(`device.${word}`)}</dt><dd>${say(sum[word])}</dd></div>`)}
      </dl>
      <span class="soft small">${step ? this.t('device.each', { step: formatDuration(step, this.lang_) }) : this.t('history.raw')}</span>`;
  }
}
