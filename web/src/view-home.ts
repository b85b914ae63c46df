// Home: rooms with their devices, and what needs a look on top.
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatAgo, formatNumber, showText } from './format';
import { icon } from './icons';
import { concerns, groupByRoom, matches, type Concern, type Room } from './model';
import { deviceLabel, placeOf, roomLabel } from './names';
import { devicePath } from './router';
import { View } from './settings';
import { FollowHome, home } from './store';
import { shared } from './styles';
import './tile';

const searchFrom = 9; // devices
const roomShows = 24; // more are a click away

@customElement('cd-home')
export class Home extends View {
  @state() private query = '';
  @state() private opened = new Set<string>(); // rooms shown whole

  static override styles = [
    shared,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.75rem 1.5rem;
        margin-bottom: 1.1rem;
      }
      .search {
        position: relative;
        flex: 1 1 14rem;
        max-width: 20rem;
      }
      @media (max-width: 34rem) {
        .search {
          flex-basis: 100%;
          max-width: none;
        }
      }
      .search svg {
        position: absolute;
        left: 0.75rem;
        top: 0.7rem;
        color: var(--soft);
        pointer-events: none;
      }
      input {
        width: 100%;
        min-height: 2.6rem;
        padding: 0 0.75rem 0 2.4rem;
        border: 1px solid var(--control);
        border-radius: 12px;
        background: var(--card);
      }
      input::placeholder {
        color: var(--soft);
        opacity: 1;
      }
      .concerns {
        margin-bottom: 1.6rem;
        padding: 0.85rem 1rem;
      }
      .concerns h2 {
        font-size: 0.9375rem;
        margin-bottom: 0.5rem;
      }
      .concerns ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.45rem;
      }
      .concern {
        display: inline-flex;
        align-items: center;
        gap: 0.45rem;
        min-height: 2.1rem;
        padding: 0.25rem 0.75rem;
        border-radius: 10px;
        background: var(--active-soft);
        color: var(--active);
        font-size: 0.875rem;
        font-weight: 550;
        line-height: 1.3;
        text-decoration: none;
      }
      .concern svg {
        flex: none;
      }
      .concern.alert {
        background: var(--alert-soft);
        color: var(--alert);
      }
      .concern.stale,
      .concern.offline {
        background: var(--sunk);
        color: var(--text);
      }
      .concern:hover {
        text-decoration: underline;
      }
      .all {
        justify-self: start;
        margin-top: 0.8rem;
      }
      .rooms {
        display: grid;
        gap: 1.6rem 0.85rem;
      }
      section {
        min-width: 0;
      }
      section h2 {
        display: flex;
        align-items: baseline;
        gap: 0.5rem;
        margin-bottom: 0.6rem;
      }
      section h2 span {
        font-size: 0.8125rem;
        font-weight: 500;
        color: var(--soft);
      }
      .tiles {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(10.2rem, calc(50% - 0.35rem)), 1fr));
        gap: 0.7rem;
      }
      /* Wide screens: small rooms share a row. A room is as wide as it has devices. */
      @media (min-width: 48rem) {
        .rooms {
          grid-template-columns: repeat(4, minmax(0, 1fr));
        }
        .rooms .tiles {
          grid-template-columns: subgrid;
          gap: 0.85rem;
        }
        .rooms section {
          display: grid;
          grid-template-columns: subgrid;
          grid-column: span 4;
          align-content: start;
        }
        .rooms h2,
        .rooms .tiles {
          grid-column: 1 / -1;
        }
        .rooms .wide-1 {
          grid-column: span 1;
        }
        .rooms .wide-2 {
          grid-column: span 2;
        }
        .rooms .wide-3 {
          grid-column: span 3;
        }
      }
      @media (min-width: 66rem) {
        .rooms {
          grid-template-columns: repeat(5, minmax(0, 1fr));
        }
        .rooms .wide-5 {
          grid-column: span 5;
        }
      }
      .skeleton cd-tile,
      .skeleton div {
        min-height: 9rem;
        border-radius: 16px;
        background: var(--sunk);
      }
    `,
  ];

  constructor() {
    super();
    new FollowHome(this);
  }

  override render() {
    document.title = `${this.t('home.title')} · CareDian`;
    const devices = [...home.devices.values()];
    return html`
      <div class="head">
        <div>
          <h1 tabindex="-1">${this.t('home.title')}</h1>
          ${home.loaded ? html`<p class="soft small">${this.count(devices.length)}</p>` : nothing}
        </div>
        ${devices.length >= searchFrom ? this.search() : nothing}
      </div>
      ${home.loaded ? this.content(devices) : this.waiting()}
    `;
  }

  private count(n: number): string {
    return n === 1 ? this.t('home.count.one') : this.t('home.count', { n: formatNumber(n, this.lang_, 0) });
  }

  private search() {
    return html`<label class="search">
      <span class="hidden-text">${this.t('home.search')}</span>
      ${icon('search', 18)}
      <input
        type="search"
        autocomplete="off"
        placeholder=${this.t('home.search')}
        .value=${this.query}
        @input=${(event: InputEvent) => (this.query = (event.target as HTMLInputElement).value)}
      />
    </label>`;
  }

  private waiting() {
    if (home.error)
      return html`<div class="notice card" role="alert">
        <h2>${this.t('app.error')}</h2>
        <p>${home.error.message}</p>
        <button class="button" @click=${() => home.read()}>${this.t('app.retry')}</button>
      </div>`;
    return html`<div class="tiles skeleton" role="status">
      <span class="hidden-text">${this.t('app.loading')}</span>
      ${[1, 2, 3, 4, 5, 6].map(() => html`<div></div>`)}
    </div>`;
  }

  private content(devices: ReturnType<typeof this.all>) {
    if (devices.length === 0)
      return html`<div class="notice card">
        <h2>${this.t('home.none')}</h2>
        <p>${this.t('home.none.text')}</p>
      </div>`;
    const found = this.query ? devices.filter((device) => matches(device, this.query, this.lang_)) : devices;
    if (found.length === 0)
      return html`<div class="notice" role="status"><p>${this.t('home.nomatch', { query: this.query })}</p></div>`;
    const rooms = groupByRoom(found, this.lang_);
    return html`
      ${this.query ? nothing : this.attention(concerns(devices, Date.now()))}
      <div class="rooms">${repeat(rooms, (room) => room.key, (room) => this.room(room))}</div>
    `;
  }

  private all() {
    return [...home.devices.values()];
  }

  private attention(list: Concern[]) {
    if (list.length === 0) return nothing;
    return html`<div class="concerns card">
      <h2>${this.t('home.attention')}</h2>
      <ul>
        ${repeat(list, (concern) => concern.device.id, (concern) => this.concern(concern))}
      </ul>
    </div>`;
  }

  private concern({ device, kind, field }: Concern) {
    const lang = this.lang_;
    const name = `${roomLabel(placeOf(device).room, lang)} ${deviceLabel(device, lang)}`;
    const what =
      kind === 'stale'
        ? this.t('home.stale', { time: formatAgo(device.last_seen, Date.now(), lang) })
        : kind === 'battery'
          ? this.t('home.battery', { value: showText(field!, field!.value, lang) })
          : kind === 'offline'
            ? this.t('home.offline')
            : showText(field!, field!.value, lang);
    const picture = { alert: 'warn', battery: 'battery', stale: 'clock', offline: 'signal' } as const;
    return html`<li>
      <a class="concern ${kind}" href=${devicePath(device.id)}>${icon(picture[kind], 17)}<span>${name} · ${what}</span></a>
    </li>`;
  }

  private room(room: Room) {
    const whole = this.query !== '' || room.devices.length <= roomShows || this.opened.has(room.key);
    const minute = Math.floor(Date.now() / 20_000);
    return html`<section class="wide-${Math.min(room.devices.length, 5)}" aria-label=${room.label}>
      <h2>${room.label} <span>${formatNumber(room.devices.length, this.lang_, 0)}</span></h2>
      <div class="tiles">
        ${repeat(
          whole ? room.devices : room.devices.slice(0, roomShows),
          (device) => device.id,
          (device) => html`<cd-tile .device=${device} .minute=${minute}></cd-tile>`,
        )}
      </div>
      ${whole
        ? nothing
        : html`<button class="button all" @click=${() => (this.opened = new Set([...this.opened, room.key]))}>
            ${this.t('home.all', { n: formatNumber(room.devices.length, this.lang_, 0) })}
          </button>`}
    </section>`;
  }
}
