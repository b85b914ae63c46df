// History: several values in one chart, over any stretch of time, beside an earlier one.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keepParameters, parameters } from '../../app/router';
import { View } from '../../app/settings';
import { errorText } from '../../api/http';
import { FollowHome, home } from '../../api/store';
import type { SeriesKey } from '../../model/chart-series';
import { toCsv } from '../../model/csv';
import { humanize, labelOf } from '../../model/fields';
import { formatNumber, formatSpan, formatTime } from '../../model/format';
import { mostSeries, readHistory, sameKey, writeHistory, type HistoryState } from '../../model/history-state';
import { spanOf } from '../../model/period';
import { plain } from '../../model/plain';
import { findSeries, labelOfSeries, seriesSet, setNames, type SetName } from '../../model/series-search';
import { clampSpan, lengthOf, panSpan, zoomSpan, type Span } from '../../model/span';
import type { ChartSeries } from '../../ui/chart/chart';
import '../../ui/chart/chart';
import { formStyles } from '../../ui/forms.css';
import { icon, type IconName } from '../../ui/icons';
import { saveText } from '../../ui/save';
import { shared } from '../../ui/styles';
import { loadAll, type Answer, type Asked } from './data';
import './legend';
import type { LegendEntry } from './legend';
import { historyStyles } from './page.css';
import './picker';
import './range';
import { lastState, keepState } from './kept';

const refreshMs = 30_000; // while the range ends now

interface Drawn {
  entries: LegendEntry[];
  series: ChartSeries[];
  span: Span;
}

@customElement('cd-history')
export class HistoryPage extends View {
  @state() private chosen: HistoryState = lastState(readHistory(parameters()), parameters());
  @state() private drawn: Drawn | undefined;
  @state() private loading = false;
  @state() private failed = '';
  #whole: HistoryState['range'] = '24h'; // where zooming began
  #asked = '';
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [shared, formStyles, historyStyles];

  constructor() {
    super();
    new FollowHome(this);
    if (typeof this.chosen.range === 'string') this.#whole = this.chosen.range;
  }
  override connectedCallback() {
    super.connectedCallback();
    this.#asked = '';
    window.addEventListener('popstate', this.#back);
  }
  override disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('popstate', this.#back);
    this.#abort.abort();
    clearTimeout(this.#timer);
  }
  readonly #back = () => (this.chosen = readHistory(parameters()));

  protected override settingsChanged() {
    this.#asked = ''; // labels in another language
  }

  private choose(change: Partial<HistoryState>) {
    if (typeof change.range === 'string') this.#whole = change.range;
    this.chosen = { ...this.chosen, ...change };
  }

  private get span(): Span {
    const { range } = this.chosen;
    return typeof range === 'string' ? spanOf(range, Date.now() / 1000) : range;
  }

  override updated() {
    const wanted = JSON.stringify([this.chosen, this.lang_]);
    if (!home.loaded || wanted === this.#asked) return;
    this.#asked = wanted;
    keepParameters(writeHistory(this.chosen));
    keepState(this.chosen);
    void this.load();
  }

  private async load() {
    clearTimeout(this.#timer);
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    const { span } = this;
    const { series, range, compare } = this.chosen;
    const asked: Asked[] = series.map((key) => {
      const found = findSeries(home.devices, key);
      return { key, device: found?.device, field: found?.field };
    });
    this.loading = true;
    if (!this.drawn) this.drawn = draw(asked, [], span, this.labels(asked));
    try {
      const answers = await loadAll(asked, span, compare, this.clientWidth || 360, signal);
      this.drawn = draw(asked, answers, span, this.labels(asked));
      this.failed = '';
    } catch (error) {
      if (signal.aborted) return;
      this.failed = errorText(error);
    }
    this.loading = false;
    if (typeof range === 'string') this.#timer = setTimeout(() => void this.load(), Math.max(refreshMs, (lengthOf(span) / 480) * 1000));
  }

  private labels(asked: Asked[]): string[] {
    return asked.map(({ key, device, field }) =>
      device && field ? labelOfSeries(device, field, this.lang_) : `${plain(key.device)} · ${field ? labelOf(field, this.lang_) : humanize(key.field)}`,
    );
  }

  override render() {
    document.title = `${this.t('history.title')} · CareDian`;
    const { series, range, compare } = this.chosen;
    const full = series.length >= mostSeries;
    return html`
      <div class="head">
        <h1 tabindex="-1">${this.t('history.title')}</h1>
        ${series.length ? html`<button class="chip" @click=${() => this.choose({ series: [] })}>${icon('close', 15)}${this.t('history.clear')}</button>` : nothing}
      </div>
      <cd-series-picker .taken=${series} .full=${full} @pick=${(event: CustomEvent<SeriesKey>) => this.add([event.detail])}></cd-series-picker>
      ${full ? html`<p class="hint" role="status">${this.t('history.full', { n: formatNumber(mostSeries, this.lang_, 0) })}</p>` : nothing}
      ${series.length
        ? html`
            <cd-history-range .range=${range} .span=${this.span} .compare=${compare} @change=${(event: CustomEvent<Partial<HistoryState>>) => this.choose(event.detail)}></cd-history-range>
            ${this.chart()}
            <cd-legend
              .entries=${this.drawn?.entries ?? []}
              .span=${this.drawn?.span ?? this.span}
              .compare=${compare}
              @remove=${(event: CustomEvent<SeriesKey>) => this.choose({ series: series.filter((key) => !sameKey(key, event.detail)) })}
            ></cd-legend>
          `
        : this.empty()}
    `;
  }

  private add(keys: SeriesKey[]) {
    const fresh = keys.filter((key) => !this.chosen.series.some((one) => sameKey(one, key)));
    this.choose({ series: [...this.chosen.series, ...fresh].slice(0, mostSeries) });
  }

  private empty() {
    const sets = setNames.flatMap((name) => {
      const found = home.loaded ? seriesSet(home.devices.values(), name, this.lang_, mostSeries) : [];
      return found.length ? [{ name, keys: found.map((one) => one.key) }] : [];
    });
    const pictures: Record<SetName, IconName> = {
      temperature: 'temperature', humidity: 'humidity', power: 'power', co2: 'air', pm25: 'air', open: 'door', occupancy: 'motion',
    };
    return html`<div class="empty card">
      ${icon('chart', 40)}
      <h2>${this.t('history.empty')}</h2>
      <p class="soft">${this.t('history.empty.text')}</p>
      <div class="chips">
        ${sets.map(({ name, keys }) => html`<button class="chip" @click=${() => this.add(keys)}>${icon(pictures[name], 17)}${this.t(`history.set.${name}`)}</button>`)}
      </div>
    </div>`;
  }

  private chart() {
    const { drawn } = this;
    const span = drawn?.span ?? this.span;
    return html`<section class="card chart" aria-busy=${this.loading}>
      <div class="bar">
        <span class="soft small numbers">${formatSpan(span[0], span[1], this.lang_)}</span>
        <div class="tools">
          ${this.tool('left', 'left', () => panSpan(this.span, -0.5))} ${this.tool('right', 'right', () => panSpan(this.span, 0.5))}
          ${this.tool('in', 'plus', () => zoomSpan(this.span, 0.5))} ${this.tool('out', 'minus', () => zoomSpan(this.span, 2))}
          <button class="round" ?disabled=${typeof this.chosen.range === 'string'} aria-label=${this.t('history.zoom.reset')} title=${this.t('history.zoom.reset')} @click=${this.reset}>
            ${icon('reset', 18)}
          </button>
        </div>
      </div>
      ${this.failed ? html`<p class="error" role="alert">${this.t('app.error')}: ${this.failed}</p>` : nothing}
      <cd-chart
        class=${this.loading && drawn && drawn.entries.some((entry) => !entry.answer) ? 'waiting' : ''}
        .series=${drawn?.series ?? []}
        .span=${span}
        .label=${this.t('history.chart', { from: this.time(span[0]), to: this.time(span[1]), series: (drawn?.entries ?? []).map((entry) => entry.label).join(', ') })}
        @span-change=${(event: CustomEvent<Span | undefined>) => (event.detail ? this.zoom(event.detail) : this.reset())}
      ></cd-chart>
      <div class="foot">
        <span class="hint mouse">${this.t('history.hint.mouse')}</span>
        <span class="hint touch">${this.t('history.hint.touch')}</span>
        <button class="chip" ?disabled=${!drawn?.series.length} @click=${this.save}>${icon('download', 16)}${this.t('history.csv.chart')}</button>
      </div>
    </section>`;
  }

  private tool(name: 'left' | 'right' | 'in' | 'out', picture: IconName, to: () => Span) {
    const label = this.t(`history.zoom.${name}`);
    return html`<button class="round" aria-label=${label} title=${label} @click=${() => this.zoom(to())}>${icon(picture, 18)}</button>`;
  }

  private zoom(span: Span) {
    this.choose({ range: clampSpan(span, Date.now() / 1000) });
  }
  private reset = () => this.choose({ range: this.#whole });

  private time(seconds: number): string {
    return formatTime(seconds * 1000, this.lang_, Date.now(), lengthOf(this.span));
  }
  private save = () => {
    const { series, span } = this.drawn!;
    const columns = series.map(({ label, line }) => ({ name: label, line }));
    const day = (at: number) => new Date(at * 1000).toISOString().slice(0, 10);
    saveText(toCsv(columns), `caredian-${day(span[0])}-${day(span[1])}.csv`, 'text/csv');
  };
}

// What is compared with lies under the lines of the present.
function draw(asked: Asked[], answers: Answer[], span: Span, labels: string[]): Drawn {
  const entries = asked.map((one, i): LegendEntry => ({ asked: one, answer: answers[i], label: labels[i]!, color: i + 1 }));
  const lines = (ghost: boolean) =>
    entries.flatMap(({ asked: { key, field }, answer, label, color }): ChartSeries[] => {
      const line = ghost ? answer?.before : answer?.line;
      if (!line || line.times.length === 0) return [];
      return [{ label, field: field ?? { name: key.field, unit: null }, flag: field?.type === 'boolean', color, ghost, line }];
    });
  return { entries, series: [...lines(true), ...lines(false)], span };
}

export type { Answer };
