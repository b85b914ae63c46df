// What is known of a device, and where its values come from: administrators split and merge here.
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { api } from '../../api/client';
import { features } from '../../api/features';
import { errorText, isMissing } from '../../api/http';
import { home } from '../../api/store';
import type { Device, DeviceDetail, Source } from '../../api/types';
import { formatDuration, formatTime, unitText } from '../../model/format';
import { roomLabel } from '../../model/names';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import '../devices/merge';

const longestShown = 300;

@customElement('cd-device-about')
export class DeviceAbout extends View {
  @property({ attribute: false }) device!: Device;
  @property({ attribute: false }) detail: DeviceDetail | undefined;
  @property({ type: Boolean }) admin = false;
  @state() private merging = false;
  @state() private failed = '';

  static override styles = [
    shared,
    formStyles,
    css`
      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
        gap: 1.5rem;
        align-items: start;
      }
      h2 {
        margin-bottom: 0.6rem;
      }
      .rows {
        padding: 0.35rem 1rem;
      }
      .rows > * {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: 1.5rem;
        padding: 0.5rem 0;
        border-bottom: 1px solid var(--line);
        font-size: 0.9375rem;
      }
      .rows > :last-child {
        border-bottom: 0;
      }
      dt {
        color: var(--soft);
        flex: none;
      }
      dd {
        text-align: right;
        min-width: 0;
      }
      .source strong {
        display: block;
        font-weight: 600;
      }
      .merge {
        margin-top: 0.8rem;
      }
      .skeleton {
        height: 20rem;
        border-radius: 16px;
        background: var(--sunk);
      }
      .text {
        margin-bottom: 0.6rem;
      }
    `,
  ];

  override render() {
    if (!this.detail) return html`<div class="skeleton" role="status"><span class="hidden-text">${this.t('app.loading')}</span></div>`;
    return html`<div class="columns">${this.facts()} ${this.sources()}</div>
      ${this.merging
        ? html`<cd-device-merge .device=${this.device} @close=${() => (this.merging = false)} @merged=${this.changed}></cd-device-merge>`
        : nothing}`;
  }

  private facts() {
    const device = { ...this.detail, ...this.device };
    const lang = this.lang_;
    const room = device.area ? roomLabel(device.area, lang) : undefined;
    const rows: [string, string | null | undefined][] = [
      [
        this.t('device.area'),
        this.device.area_guessed ? this.t('device.area.guessed', { area: room ?? '' }) : (room ?? (this.device.area_chosen ? this.t('edit.area.none') : null)),
      ],
      [this.t('device.manufacturer'), device.manufacturer],
      [this.t('device.model'), device.model],
      [this.t('device.version'), device.sw_version],
      [this.t('device.via'), device.via],
      [this.t('device.origin'), device.origin],
      [this.t('devices.signal'), device.signal ? `${device.signal.value}${unitText(device.signal.unit)}` : null],
      [
        this.t('device.interval'),
        device.expected_interval_s ? this.t('device.interval.each', { time: formatDuration(device.expected_interval_s, lang) }) : null,
      ],
      [this.t('device.first'), device.first_seen ? formatTime(device.first_seen, lang) : null],
      [this.t('device.id'), device.id],
      [this.t('device.measurement'), device.measurement],
      ...Object.entries(device.tags),
      [this.t('device.identifiers'), device.identifiers?.join(', ')],
    ];
    return html`<section>
      <h2>${this.t('device.about')}</h2>
      <dl class="card rows">
        ${rows.map(([name, value]) =>
          value ? html`<div><dt>${plain(name)}</dt><dd><bdi>${plain(value, longestShown)}</bdi></dd></div>` : nothing,
        )}
      </dl>
    </section>`;
  }

  private sources() {
    const sources = this.device.sources;
    if (!sources?.length) return nothing;
    return html`<section>
      <h2>${this.t('device.sources')}</h2>
      ${this.admin && features.merge ? html`<p class="soft small text">${this.t('device.sources.text')}</p>` : nothing}
      <ul class="card rows">
        ${sources.map((source) => this.source(source, sources.length > 1))}
      </ul>
      ${this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing}
      ${this.admin && features.merge
        ? html`<button class="button merge" @click=${() => (this.merging = true)}>${icon('merge', 18)}${this.t('merge.title')}</button>`
        : nothing}
    </section>`;
  }

  private source(source: Source, several: boolean) {
    const name = plain(source.device, longestShown);
    return html`<li class="source">
      <span><strong><bdi>${name}</bdi></strong><bdi class="soft small">${plain(source.measurement)}</bdi></span>
      ${this.admin && several && features.merge
        ? html`<button class="chip" aria-label=${this.t('split.one', { name })} @click=${() => this.split(source)}>
            ${icon('split', 16)}${this.t('split.do')}
          </button>`
        : nothing}
    </li>`;
  }

  private async split(source: Source) {
    try {
      await api.splitDevice(this.device.id, source);
      this.failed = '';
      say(this.t('split.done'));
      await this.changed();
    } catch (error) {
      this.failed = isMissing(error) ? this.t('edit.unsupported') : errorText(error);
    }
  }

  private changed = async () => {
    await home.read();
    this.dispatchEvent(new Event('changed'));
  };
}
