// One device: its values now, the history of one of them, its latest records.
import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ApiError, readingsPath, type Device, type Field, type Reading, type StreamReading } from './api';
import './chart';
import type { ChartData } from './chart';
import { isDiagnostic, labelOf, moodOf, nameOf, pictureOf } from './fields';
import { formatAgo, formatDuration, formatTime, show, showText } from './format';
import { icon } from './icons';
import { deviceMood, isOffline, isStale, mainFields, telling } from './model';
import { deviceLabel, placeOf, roomLabel } from './names';
import { loadChart, loadRecords, type Chosen } from './records';
import { rangeNames, ranges, summarize, type Range } from './series';
import { View } from './settings';
import { FollowHome, home } from './store';
import { shared } from './styles';
import { deviceStyles } from './view-device.css';

const recordsShown = 50;
const liveRefreshMs = 15_000; // readings that come in are drawn at most so often

@customElement('cd-device')
export class DevicePage extends View {
  @property({ attribute: false }) deviceId = '';
  @state() private chosen = ''; // keyOf(field)
  @state() private range: Range = '24h';
  @state() private shown: Range = '24h'; // what the chart shows: `range`, once its data came
  @state() private chart: ChartData | undefined;
  @state() private step = 0;
  @state() private span: readonly [number, number] = [0, 0];
  @state() private records: Reading[] = [];
  @state() private failed: string | undefined;

  #asked = ''; // what the chart shows or waits for
  #askedField = '';
  #abort = new AbortController();
  #refresh: ReturnType<typeof setTimeout> | undefined;

  static override styles = [shared, deviceStyles];

  constructor() {
    super();
    new FollowHome(this);
  }
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
  }

  private get device(): Device | undefined {
    return home.devices.get(this.deviceId);
  }
  private get field(): Field | undefined {
    const device = this.device;
    if (!device) return undefined;
    return device.fields.find((field) => keyOf(field) === this.chosen) ?? mainFields(device, 1)[0];
  }

  override willUpdate(changed: PropertyValues) {
    if (changed.has('deviceId')) this.chosen = '';
  }
  override updated() {
    const field = this.field;
    const wantedField = field ? `${this.deviceId}|${keyOf(field)}` : '';
    const wanted = `${wantedField}|${this.range}`;
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    if (wantedField !== this.#askedField) {
      this.#askedField = wantedField;
      this.chart = undefined;
      this.records = [];
    }
    void this.load();
  }

  private async load() {
    const { device, field } = this;
    if (!device || !field) return;
    clearTimeout(this.#refresh);
    this.#refresh = undefined;
    this.#abort.abort();
    const abort = (this.#abort = new AbortController());
    const chosen: Chosen = {
      device: device.id,
      field,
      measurement: field.measurement ?? device.measurement,
      range: this.range,
      width: this.clientWidth || 360,
    };
    const now = Date.now();
    try {
      await loadChart(chosen, now, abort.signal, (data, step) => {
        this.failed = undefined;
        this.shown = chosen.range;
        this.span = [now / 1000 - ranges[chosen.range], now / 1000];
        this.chart = data;
        this.step = step;
      });
      this.records = await loadRecords(chosen, recordsShown, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.failed = error instanceof ApiError ? error.message : String(error);
    }
  }

  private readonly onReading = (event: Event) => {
    const reading = (event as CustomEvent<StreamReading>).detail;
    if (reading.device !== this.deviceId || this.#refresh) return;
    const wait = Math.max(liveRefreshMs, (ranges[this.range] / 240) * 1000);
    this.#refresh = setTimeout(() => void this.load(), Math.min(wait, 300_000));
  };

  override render() {
    const { device } = this;
    if (!device) return this.missing();
    const lang = this.lang_;
    const place = placeOf(device);
    const name = deviceLabel(device, lang);
    document.title = `${name} · CareDian`;
    const offline = isOffline(device);
    const stale = offline || isStale(device, Date.now());
    const main = mainFields(device, 1)[0];
    return html`
      <a class="back" href="/">${icon('back', 18)}${this.t('device.back')}</a>
      <div class="head">
        <span class="picture ${stale ? 'stale' : deviceMood(device)}">${icon(main ? pictureOf(main) : 'gauge', 26)}</span>
        <div>
          <h1 tabindex="-1">${name}</h1>
          <p class="soft small">
            ${roomLabel(place.room, lang)} · ${this.t('device.seen', { time: formatAgo(device.last_seen, Date.now(), lang) })}
            ${stale ? html`<span class="pill active">${icon('clock', 13)}${this.t(offline ? 'home.offline' : 'device.stale')}</span>` : nothing}
          </p>
        </div>
      </div>
      <div class="sheet">
        <div class="side">${this.values(device)}</div>
        <div>${this.history(device)} ${this.table()} ${this.about(device)}</div>
      </div>
    `;
  }

  private missing() {
    if (!home.loaded)
      return html`<p class="notice soft" role="status">${home.error?.message ?? this.t('app.loading')}</p>`;
    document.title = `${this.t('device.missing')} · CareDian`;
    return html`<div class="notice">
      <h1 tabindex="-1">${this.t('device.missing')}</h1>
      <p>${this.t('device.missing.text')}</p>
      <a class="button" href="/">${this.t('device.back')}</a>
    </div>`;
  }

  private values(device: Device) {
    const fields = telling(device);
    const useful = fields.filter((field) => !isDiagnostic(field));
    const health = fields.filter(isDiagnostic);
    return html`
      ${useful.length ? html`<section><h2>${this.t('device.values')}</h2>${this.grid(useful)}</section>` : nothing}
      ${health.length ? html`<section><h2>${this.t('device.diagnostics')}</h2>${this.grid(health)}</section>` : nothing}
    `;
  }

  private grid(fields: Field[]) {
    const lang = this.lang_;
    const now = Date.now();
    return html`<div class="grid">
      ${fields.map((field) => {
        const shown = show(field, field.value, lang, true);
        const text = typeof field.value === 'string';
        return html`<button
          class="field card ${moodOf(nameOf(field), field.value)}"
          aria-pressed=${field === this.field}
          title=${formatTime(field.time, lang)}
          @click=${() => (this.chosen = keyOf(field))}
        >
          <span class="label">${labelOf(nameOf(field), lang)}</span>
          <span class="now ${text ? 'text' : 'numbers'}">${shown.text}<span class="unit">${shown.unit}</span></span>
          <span class="when numbers">${formatAgo(field.time, now, lang)}</span>
        </button>`;
      })}
    </div>`;
  }

  private history(device: Device) {
    const field = this.field;
    if (!field || field.type === 'string') return nothing;
    return html`<section class="card chart">
      <div class="chart-head">
        <h2>${this.t('device.chart', { field: labelOf(nameOf(field), this.lang_) })}</h2>
        <div class="segments" role="group" aria-label=${this.t('device.range')}>
          ${rangeNames.map(
            (range) =>
              html`<button aria-pressed=${range === this.range} @click=${() => (this.range = range)}>
                ${this.t(`device.range.${range}`)}
              </button>`,
          )}
        </div>
      </div>
      ${this.plot(field)}
      <p class="tail">
        <a class="csv small" href=${this.csv(device, field)} download=${`${device.id.replaceAll('/', '-')}-${field.name}.csv`}
          >${icon('download', 16)}${this.t('device.csv')}</a
        >
      </p>
    </section>`;
  }

  private csv(device: Device, field: Field): string {
    return readingsPath({
      device: device.id,
      field: field.name,
      from: new Date(Date.now() - ranges[this.range] * 1000).toISOString(),
      format: 'csv',
    });
  }

  private plot(field: Field) {
    if (this.failed) return html`<p class="hole" role="alert">${this.t('app.error')}: ${this.failed}</p>`;
    const data = this.chart;
    if (!data) return html`<p class="hole" role="status">${this.t('app.loading')}</p>`;
    if (data.line.times.length === 0) return html`<p class="hole" role="status">${this.t('device.nodata')}</p>`;
    const sum = field.type === 'boolean' ? undefined : summarize(data.line, data.low, data.high);
    const say = (value: number) => showText(field, value, this.lang_);
    const words = { field: labelOf(nameOf(field), this.lang_), range: this.t(`device.range.${this.shown}`) };
    const label = sum
      ? this.t('device.chart.label', { ...words, min: say(sum.min), mean: say(sum.mean), max: say(sum.max) })
      : this.t('device.chart.flag', words);
    return html`
      <cd-chart
        class=${this.shown === this.range ? '' : 'waiting'}
        .data=${data}
        .span=${this.span}
        .kind=${field.type}
        .label=${label}
        .name=${nameOf(field)}
        .unit=${field.unit}
      ></cd-chart>
      ${sum
        ? html`<div class="sum numbers">
            <dl>
              <div><dt>${this.t('device.min')}</dt><dd>${say(sum.min)}</dd></div>
              <div><dt>${this.t('device.mean')}</dt><dd>${say(sum.mean)}</dd></div>
              <div><dt>${this.t('device.max')}</dt><dd>${say(sum.max)}</dd></div>
            </dl>
            <span class="soft small">${this.t('device.each', { step: formatDuration(this.step, this.lang_) })}</span>
          </div>`
        : nothing}
    `;
  }

  private table() {
    const field = this.field;
    if (!field || this.records.length === 0) return nothing;
    const title = this.t('device.records', { field: labelOf(nameOf(field), this.lang_) });
    return html`<section>
      <h2 id="records">${title}</h2>
      <div class="card records" role="region" tabindex="0" aria-labelledby="records">
        <table class="numbers">
          <thead>
            <tr><th>${this.t('device.records.time')}</th><th>${this.t('device.records.value')}</th></tr>
          </thead>
          <tbody>
            ${this.records.map(
              (record) =>
                html`<tr>
                  <td>${formatTime(record.time, this.lang_)}</td>
                  <td>${showText(field, record.value, this.lang_, true)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  private about(device: Device) {
    const rows: [string, string][] = [
      [this.t('device.id'), device.id],
      [this.t('device.measurement'), device.measurement],
    ];
    if (device.area) rows.push([this.t('device.area'), device.area]);
    rows.push(...Object.entries(device.tags));
    return html`<section>
      <h2>${this.t('device.about')}</h2>
      <dl class="card about">
        ${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>
    </section>`;
  }
}

function keyOf(field: Field): string {
  return `${field.name}|${field.measurement ?? ''}|${JSON.stringify(field.tags ?? {})}`;
}
