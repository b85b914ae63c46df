// Home: rooms with their devices, and what needs a look on top.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { View } from '../../app/settings';
import { FollowHome, home } from '../../api/store';
import type { Device } from '../../api/types';
import { formatNumber } from '../../model/format';
import { concerns, groupByRoom, matches, type Room } from '../../model/home';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import './attention';
import { homeStyles } from './page.css';
import './room';
import './summary';

const searchFrom = 9; // devices
const chipsFrom = 3; // rooms
const roomsShown = 30; // more are a click away

@customElement('cd-home')
export class Home extends View {
  @state() private query = '';
  @state() private only = ''; // a room's key
  @state() private rooms = roomsShown;

  static override styles = [shared, formStyles, homeStyles];

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
          <p class="soft small">${home.loaded ? this.count(devices.length) : '\u00a0'}</p>
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
        maxlength="100"
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
    return html`<div class="skeleton" role="status">
      <span class="hidden-text">${this.t('app.loading')}</span>
      ${[1, 2, 3, 4, 5, 6, 7, 8].map(() => html`<div></div>`)}
    </div>`;
  }

  private content(devices: Device[]) {
    if (devices.length === 0)
      return html`<div class="notice card">
        <h2>${this.t('home.none')}</h2>
        <p>${this.t('home.none.text')}</p>
      </div>`;
    if (this.query) return this.found(devices);
    const now = Date.now();
    const rooms = groupByRoom(devices, this.lang_);
    const chosen = rooms.filter((room) => room.key === this.only);
    const shown = chosen.length ? chosen : rooms;
    return html`
      <cd-attention .concerns=${concerns(devices, now)}></cd-attention>
      <cd-home-summary .devices=${devices}></cd-home-summary>
      ${rooms.length >= chipsFrom ? this.chips(rooms, chosen[0]?.key ?? '') : nothing}
      ${this.grid(shown.slice(0, this.rooms))}
      ${shown.length > this.rooms
        ? html`<button class="button all" @click=${() => (this.rooms += roomsShown)}>
            ${this.t('home.rooms.more', { n: formatNumber(Math.min(roomsShown, shown.length - this.rooms), this.lang_, 0) })}
          </button>`
        : nothing}
    `;
  }

  private found(devices: Device[]) {
    const found = devices.filter((device) => matches(device, this.query, this.lang_));
    if (found.length === 0)
      return html`<div class="notice" role="status"><p>${this.t('home.nomatch', { query: this.query })}</p></div>`;
    return this.grid(groupByRoom(found, this.lang_).slice(0, roomsShown));
  }

  private chips(rooms: Room[], chosen: string) {
    const chip = (key: string, label: string) =>
      html`<button class="chip" aria-pressed=${key === chosen} @click=${() => (this.only = key)}>${label}</button>`;
    return html`<div class="chips rooms-chips" role="group" aria-label=${this.t('home.rooms')}>
      ${chip('', this.t('home.rooms.all'))}
      ${repeat(rooms.slice(0, roomsShown), (room) => room.key, (room) => chip(room.key, room.label))}
    </div>`;
  }

  private grid(rooms: Room[]) {
    const minute = Math.floor(Date.now() / 20_000);
    return html`<div class="rooms">
      ${repeat(
        rooms,
        (room) => room.key,
        (room) =>
          html`<cd-room class="wide-${Math.min(room.devices.length, 5)}" .room=${room} .minute=${minute}></cd-room>`,
      )}
    </div>`;
  }
}
