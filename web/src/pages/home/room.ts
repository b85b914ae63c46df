// One room: how it is there, and a tile for each of its devices.
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { View } from '../../app/settings';
import { formatNumber, showText } from '../../model/format';
import type { Room } from '../../model/home';
import { summarizeRoom } from '../../model/summary';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import './tile';

const shown = 24; // more are a click away

@customElement('cd-room')
export class RoomPart extends View {
  @property({ attribute: false }) room!: Room;
  @property({ type: Number }) minute = 0;
  @state() private whole = false;

  static override styles = [
    shared,
    css`
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0.1rem 0.9rem;
        margin-bottom: 0.6rem;
      }
      h2 {
        max-width: 100%;
      }
      .count {
        font-size: 0.8125rem;
        color: var(--soft);
        margin-left: 0.4rem;
        font-weight: 500;
      }
      .air {
        display: inline-flex;
        gap: 0.7rem;
        font-size: 0.8125rem;
        color: var(--soft);
      }
      .air span {
        display: inline-flex;
        align-items: center;
        gap: 0.2rem;
      }
      .air svg {
        position: relative;
        top: -1px;
      }
      .air .active {
        color: var(--active);
        font-weight: 550;
      }
      .tiles {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(10.2rem, calc(50% - 0.35rem)), 1fr));
        gap: 0.7rem;
      }
      @media (min-width: 48rem) {
        .tiles {
          grid-template-columns: repeat(var(--tiles, 4), minmax(0, 1fr));
          gap: 0.85rem;
        }
      }
      .all {
        margin-top: 0.8rem;
      }
    `,
  ];

  override render() {
    const { devices, label } = this.room;
    const all = this.whole || devices.length <= shown;
    const count = formatNumber(devices.length, this.lang_, 0);
    return html`<section aria-label=${label}>
      <header>
        <h2><bdi>${label}</bdi><span class="count">${count}</span></h2>
        ${devices.length > 1 ? this.air() : nothing}
      </header>
      <div class="tiles">
        ${repeat(
          all ? devices : devices.slice(0, shown),
          (device) => device.id,
          (device) => html`<cd-tile .device=${device} .minute=${this.minute}></cd-tile>`,
        )}
      </div>
      ${all
        ? nothing
        : html`<button class="button all" @click=${() => (this.whole = true)}>${this.t('home.all', { n: count })}</button>`}
    </section>`;
  }

  private air() {
    const { temperature, humidity } = summarizeRoom(this.room.devices, Date.now());
    const value = (field: typeof temperature, picture: 'temperature' | 'humidity') =>
      field ? html`<span>${icon(picture, 14)}${showText(field, field.value, this.lang_)}</span>` : nothing;
    return html`<span class="air numbers">${value(temperature, 'temperature')}${value(humidity, 'humidity')}</span>`;
  }
}
