// A device's values now; the history of the one that is chosen, and its latest records.
import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { loadRecords } from '../../api/history';
import type { Device, Field, Reading } from '../../api/types';
import { keyOfField, wantedOf } from '../../model/chart-series';
import { isDiagnostic, moodOf, nameOf } from '../../model/fields';
import { formatAgo, formatTime, show, showText } from '../../model/format';
import { mainFields, telling } from '../../model/home';
import { fieldLabels } from '../../model/names';
import { shared } from '../../ui/styles';
import './field-chart';
import { valuesStyles } from './values.css';

const recordsShown = 50;
const usualInterval = 60; // seconds, where it is not known

@customElement('cd-device-values')
export class DeviceValues extends View {
  @property({ attribute: false }) device!: Device;
  @state() private chosen = ''; // keyText(field)
  @state() private records: Reading[] = [];
  #asked = '';
  #abort = new AbortController();

  static override styles = [shared, valuesStyles];

  override connectedCallback() {
    super.connectedCallback();
    this.#asked = '';
  }
  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#abort.abort();
  }

  private get field(): Field | undefined {
    const { device } = this;
    return device.fields.find((field) => keyText(device, field) === this.chosen) ?? mainFields(device, 1)[0];
  }

  override updated() {
    const field = this.field;
    const wanted = field ? keyText(this.device, field) : '';
    if (!field || wanted === this.#asked) return;
    if (this.#asked) this.records = [];
    this.#asked = wanted;
    void this.load(field);
  }

  private async load(field: Field) {
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    const interval = this.device.expected_interval_s ?? usualInterval;
    try {
      this.records = await loadRecords(wantedOf(keyOfField(this.device, field), field), field.time, interval, recordsShown, signal);
    } catch {
      if (!signal.aborted) this.records = []; // the chart says what is wrong
    }
  }

  override render() {
    const { device, field } = this;
    const labels = fieldLabels(device, this.lang_);
    const label = field ? (labels.get(field) ?? field.name) : '';
    return html`<div class="sheet">
      <div class="side">${this.values(labels)}</div>
      <div>
        ${field && field.type !== 'string'
          ? html`<cd-field-chart .device=${device} .field=${field} .label=${label} @used=${() => field && this.load(field)}></cd-field-chart>`
          : nothing}
        ${field ? this.table(field, label) : nothing}
      </div>
    </div>`;
  }

  private values(labels: Map<Field, string>) {
    const fields = telling(this.device);
    const useful = fields.filter((field) => !isDiagnostic(field));
    const health = fields.filter(isDiagnostic);
    return html`
      ${useful.length ? html`<section><h2>${this.t('device.values')}</h2>${this.grid(useful, labels)}</section>` : nothing}
      ${health.length ? html`<section><h2>${this.t('device.diagnostics')}</h2>${this.grid(health, labels)}</section>` : nothing}
    `;
  }

  private grid(fields: Field[], labels: Map<Field, string>) {
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
          @click=${() => (this.chosen = keyText(this.device, field))}
        >
          <bdi class="label">${labels.get(field)}</bdi>
          <span class="now ${text ? 'text' : 'numbers'}"><bdi>${shown.text}</bdi><span class="unit">${shown.unit}</span></span>
          <span class="when numbers">${formatAgo(field.time, now, lang)}</span>
        </button>`;
      })}
    </div>`;
  }

  private table(field: Field, label: string) {
    if (this.records.length === 0) return nothing;
    return html`<section>
      <h2 id="records">${this.t('device.records', { field: label })}</h2>
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
                  <td><bdi>${showText(field, record.value, this.lang_, true)}</bdi></td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }
}

function keyText(device: Device, field: Field): string {
  return `${device.id}|${field.name}|${field.measurement ?? ''}|${JSON.stringify(field.tags ?? {})}`;
}
