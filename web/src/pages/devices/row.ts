// One line of the list of devices.
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { devicePath } from '../../app/router';
import { View } from '../../app/settings';
import type { Device } from '../../api/types';
import { labelOf } from '../../model/fields';
import { formatAgo, formatNumber, showText } from '../../model/format';
import { batteryLevel, deviceMood, isBatteryLow, isOffline, isStale, pictureOfDevice, tileFields } from '../../model/home';
import { deviceLabel, roomOf } from '../../model/names';
import { plain } from '../../model/plain';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';

@customElement('cd-device-row')
export class DeviceRow extends View {
  @property({ attribute: false }) device!: Device;
  @property({ type: Number }) minute = 0;

  static override styles = [
    shared,
    css`
      a {
        display: grid;
        grid-template-columns: auto minmax(0, 1.6fr) minmax(0, 1.2fr) 6.5rem 8.5rem;
        align-items: center;
        gap: 0.1rem 0.9rem;
        min-height: 3.9rem;
        padding: 0.5rem 0.25rem;
        color: inherit;
        text-decoration: none;
        border-radius: 10px;
      }
      a:hover .name {
        text-decoration: underline;
      }
      .picture {
        display: grid;
        place-items: center;
        width: 2.4rem;
        height: 2.4rem;
        border-radius: 12px;
        background: var(--accent-soft);
        color: var(--accent);
      }
      .picture.active {
        background: var(--active-soft);
        color: var(--active);
      }
      .picture.alert {
        background: var(--alert-soft);
        color: var(--alert);
      }
      .picture.stale {
        background: var(--sunk);
        color: var(--soft);
      }
      .name {
        display: block;
        font-weight: 600;
        line-height: 1.3;
      }
      .name,
      .about,
      .values {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .about {
        display: block;
        font-size: 0.8125rem;
        color: var(--soft);
      }
      .values {
        font-weight: 550;
      }
      .values .rest {
        color: var(--soft);
        font-weight: 400;
      }
      .alert.values {
        color: var(--alert);
      }
      .battery {
        display: inline-flex;
        align-items: center;
        gap: 0.3rem;
        font-size: 0.875rem;
        color: var(--soft);
      }
      .battery.low {
        color: var(--alert);
        font-weight: 600;
      }
      .seen {
        justify-self: end;
        font-size: 0.8125rem;
        color: var(--soft);
        white-space: nowrap;
      }
      @media (max-width: 48rem) {
        a {
          grid-template-columns: auto minmax(0, 1fr) auto;
          grid-template-areas: 'picture name seen' 'picture values battery';
          padding-block: 0.6rem;
        }
        .picture {
          grid-area: picture;
        }
        .what {
          grid-area: name;
        }
        .values {
          grid-area: values;
          font-size: 0.875rem;
        }
        .battery {
          grid-area: battery;
          justify-self: end;
        }
        .seen {
          grid-area: seen;
        }
      }
    `,
  ];

  override render() {
    const { device } = this;
    const lang = this.lang_;
    const now = Date.now();
    const [main, ...more] = tileFields(device);
    const offline = isOffline(device);
    const stale = offline || isStale(device, now);
    const mood = stale ? 'stale' : deviceMood(device);
    const about = [roomOf(device, lang), device.manufacturer, device.model].flatMap((text) => (text ? [plain(text, 40)] : []));
    return html`<a href=${devicePath(device.id)}>
      <span class="picture ${mood}">${icon(pictureOfDevice(device))}</span>
      <span class="what">
        <bdi class="name">${deviceLabel(device, lang)}</bdi>
        <bdi class="about">${about.join(' · ')}</bdi>
      </span>
      <span class="values numbers ${mood}">
        ${main ? html`<span class="hidden-text">${labelOf(main, lang)}</span> ${showText(main, main.value, lang)}` : nothing}
        <span class="rest">${more.map((field) => html` · ${showText(field, field.value, lang)}`)}</span>
      </span>
      ${this.battery()}
      <span class="seen numbers">
        ${stale
          ? html`<span class="pill active">${icon(offline ? 'signal' : 'clock', 13)}${offline ? this.t('home.offline') : formatAgo(device.last_seen, now, lang)}</span>`
          : formatAgo(device.last_seen, now, lang)}
      </span>
    </a>`;
  }

  private battery() {
    const level = batteryLevel(this.device);
    if (level === undefined) return html`<span class="battery"></span>`;
    const text = typeof level === 'number' ? `${formatNumber(level, this.lang_, 0)}%` : this.t(level === 'low' ? 'home.battery.low' : 'state.ok');
    return html`<span class="battery numbers ${isBatteryLow(this.device) ? 'low' : ''}">
      ${icon('battery', 18)}<span class="hidden-text">${this.t('devices.battery')}</span>${text}
    </span>`;
  }
}
