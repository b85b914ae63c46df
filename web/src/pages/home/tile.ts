// One device on the home page: what it says now, and since when it is silent.
import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Device } from '../../api/types';
import { labelOf } from '../../model/fields';
import { plain } from '../../model/plain';
import { formatAgo, formatNumber, show, showText } from '../../model/format';
import { icon } from '../../ui/icons';
import { batteryLevel, deviceMood, isBatteryLow, isOffline, isStale, mainFields, pictureOfDevice, tileFields } from '../../model/home';
import { deviceLabel } from '../../model/names';
import { devicePath } from '../../app/router';
import { View } from '../../app/settings';
import { shared } from '../../ui/styles';

@customElement('cd-tile')
export class Tile extends View {
  @property({ attribute: false }) device!: Device;
  @property({ type: Number }) minute = 0; // changes when "3 minutes ago" must be said anew

  static override styles = [
    shared,
    css`
      a {
        position: relative;
        display: flex;
        flex-direction: column;
        height: 100%;
        min-height: 9rem;
        padding: 0.85rem 0.9rem 0.75rem;
        color: inherit;
        text-decoration: none;
      }
      a:hover {
        border-color: var(--control);
      }
      .top {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        margin-bottom: 0.6rem;
      }
      .picture {
        display: grid;
        place-items: center;
        flex: none;
        width: 2.1rem;
        height: 2.1rem;
        border-radius: 10px;
        background: var(--accent-soft);
        color: var(--accent);
      }
      .active .picture {
        background: var(--active-soft);
        color: var(--active);
      }
      .alert .picture {
        background: var(--alert-soft);
        color: var(--alert);
      }
      .card.alert {
        border-color: var(--alert);
      }
      .name {
        font-size: 0.875rem;
        font-weight: 550;
        line-height: 1.25;
        display: -webkit-box;
        -webkit-line-clamp: 2;
        -webkit-box-orient: vertical;
        overflow: hidden;
      }
      .value {
        font-size: 1.5rem;
        font-weight: 650;
        line-height: 1.2;
        letter-spacing: -0.02em;
      }
      .value.text {
        font-size: 1.25rem;
        display: -webkit-box;
        -webkit-line-clamp: 2;
        -webkit-box-orient: vertical;
        overflow: hidden;
      }
      .active .value {
        color: var(--active);
      }
      .alert .value {
        color: var(--alert);
      }
      .unit {
        font-size: 0.9375rem;
        font-weight: 550;
        letter-spacing: 0;
        color: var(--soft);
      }
      .more {
        margin-top: 0.15rem;
        font-size: 0.8125rem;
        color: var(--soft);
      }
      .foot {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.4rem;
        margin-top: auto;
        padding-top: 0.6rem;
        font-size: 0.75rem;
        color: var(--soft);
      }
      .foot .pill {
        font-size: 0.75rem;
        padding: 0 0.5rem;
      }
      .stale .picture,
      .stale .value {
        background: none;
        color: var(--soft);
      }
      .stale .picture {
        background: var(--sunk);
      }
      @media (max-width: 40rem) {
        a {
          min-height: 7.6rem;
        }
        .top {
          margin-bottom: 0.45rem;
        }
      }
      @media (prefers-reduced-motion: no-preference) {
        .value.fresh {
          animation: fresh 1.2s ease-out;
        }
        @keyframes fresh {
          from {
            background: var(--accent-soft);
            box-shadow: 0 0 0 4px var(--accent-soft);
            border-radius: 4px;
          }
        }
      }
    `,
  ];

  #before: string | undefined;
  #fresh = false;

  override willUpdate(changed: PropertyValues) {
    if (!changed.has('device')) return;
    const main = mainFields(this.device, 1)[0];
    const now = main ? `${this.device.id} ${main.name} ${String(main.value)}` : '';
    this.#fresh = this.#before !== undefined && this.#before !== now && this.#before.startsWith(`${this.device.id} `);
    this.#before = now;
  }

  override render() {
    const { device } = this;
    const lang = this.lang_;
    const now = Date.now();
    const [main, ...more] = tileFields(device);
    const offline = isOffline(device);
    const stale = offline || isStale(device, now);
    const mood = stale ? 'stale' : deviceMood(device);
    const ago = device.last_seen ? formatAgo(device.last_seen, now, lang) : this.t('device.unheard');
    return html`<a class="card ${mood}" href=${devicePath(device.id)} title=${plain(device.id, 200)}>
      <span class="top">
        <span class="picture">${icon(pictureOfDevice(device))}</span>
        <span class="name"><bdi>${deviceLabel(device, lang)}</bdi></span>
      </span>
      ${main ? this.value(main) : nothing}
      <span class="more numbers">
        ${more.map((field, i) => {
          const bare = typeof field.value !== 'string' && !field.unit;
          const text = showText(field, field.value, lang);
          return html`${i ? ' · ' : ''}${bare ? `${labelOf(field, lang)} ${text}` : text}`;
        })}
      </span>
      <span class="foot">
        ${stale
          ? html`<span class="pill active">${icon(offline ? 'signal' : 'clock', 13)}${offline ? this.t('home.offline') : ago}</span>`
          : html`<span class="numbers">${ago}</span>`}
        ${this.battery()}
      </span>
    </a>`;
  }

  private value(field: Device['fields'][number]) {
    const shown = show(field, field.value, this.lang_);
    const kind = typeof field.value === 'number' ? 'numbers' : 'text';
    // A new element for a new value starts the animation again.
    return html`<span class="value ${kind} ${this.#fresh ? 'fresh' : ''}" @animationend=${this.settle}
      ><span class="hidden-text">${labelOf(field, this.lang_)} </span>${shown.text}<span class="unit"
        >${shown.unit}</span
      ></span
    >`;
  }

  private settle = (event: Event) => (event.currentTarget as HTMLElement).classList.remove('fresh');

  private battery() {
    if (!isBatteryLow(this.device)) return nothing;
    const level = batteryLevel(this.device);
    return html`<span class="pill alert">
      ${icon('battery', 14)}<span class="hidden-text">${labelOf({ name: 'battery' }, this.lang_)}</span>${typeof level === 'number'
        ? `${formatNumber(level, this.lang_, 0)}%`
        : this.t('home.battery.low')}
    </span>`;
  }
}
