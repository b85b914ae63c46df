// "What would this person see?": rooms and devices through somebody's eyes, at any time; and why
// they may do something, or may not.
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { people, type Grant, type OwnRole, type Person } from '../../api/people';
import { FollowHome, home } from '../../api/store';
import type { Device, Key } from '../../api/types';
import { keepParameters, parameters } from '../../app/router';
import { formatNumber } from '../../model/format';
import { deviceLabel } from '../../model/names';
import { plain } from '../../model/plain';
import { roomsSeen } from '../../model/rooms-seen';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import type { Word } from '../../words/i18n';
import { AdminPage } from '../people/admin';
import { adminStyles } from '../people/admin.css';
import './question';

const devicesShown = 12; // of a room

@customElement('cd-access')
export class AccessPage extends AdminPage {
  @state() private people: Person[] | undefined;
  @state() private keys: Key[] = [];
  @state() private roles: OwnRole[] = [];
  @state() private grants: Grant[] = [];
  @state() private areas: string[] = [];
  @state() private who = parameters().get('who') ?? '';
  @state() private at = ''; // as the browser's field has it; empty: now
  @state() private seen: Device[] | undefined;
  #asking: AbortController | undefined;

  static override styles = [
    shared,
    formStyles,
    adminStyles,
    css`
      .asked {
        padding: 1rem 1.1rem;
      }
      .when {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.5rem;
      }
      .count {
        margin: 1.2rem 0 0.7rem;
        font-weight: 600;
      }
      .rooms {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr));
        gap: 0.7rem;
      }
      .rooms li {
        padding: 0.8rem 1rem;
        overflow-wrap: anywhere;
      }
      .hidden-rooms {
        margin-top: 0.7rem;
      }
    `,
  ];
  protected readonly heading: Word = 'access.title';

  constructor() {
    super();
    new FollowHome(this);
  }

  protected async read() {
    const [list, keys, roles, grants, areas] = await Promise.all([
      people.list(), people.keys(), people.roles(), people.grants(), people.areas(),
    ]);
    this.areas = areas.map(({ name }) => name).filter(Boolean);
    this.keys = keys.filter(({ expires }) => Date.parse(expires) > Date.now());
    this.roles = roles;
    this.grants = grants;
    const known = [...list.map(({ username }) => `person:${username}`), ...this.keys.map(({ id }) => `key:${id}`)];
    const member = list.find(({ role, disabled }) => role === 'member' && !disabled) ?? list[0];
    if (!known.includes(this.who)) this.who = member ? `person:${member.username}` : '';
    try {
      await this.look();
    } finally {
      this.people = list; // not before: what is below the answer would be pushed down by it
    }
  }

  private moment(): string {
    return this.at ? new Date(this.at).toISOString() : '';
  }

  // The newest question counts: an answer that comes late is not shown.
  private async look() {
    if (!this.who) return;
    this.#asking?.abort();
    const mine = (this.#asking = new AbortController());
    const found = await people.devicesAs(this.who, this.moment(), mine.signal);
    if (!mine.signal.aborted) this.seen = found;
  }

  private async ask(change: { who?: string; at?: string }) {
    if (change.who !== undefined) this.who = change.who;
    if (change.at !== undefined) this.at = change.at;
    keepParameters(new URLSearchParams({ who: this.who }));
    this.failed = '';
    try {
      await this.look();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      this.seen = undefined;
      this.failed = this.said(error);
    }
  }

  protected content() {
    return html`
      <h1 tabindex="-1">${this.t('access.title')}</h1>
      <p class="soft text">${this.t('access.text')}</p>
      ${this.people && (home.loaded || home.error) ? this.answered(this.people) : this.waiting()}
    `;
  }

  private answered(list: Person[]) {
    return html`${this.form(list)} ${this.failure()} ${this.seen ? this.shown(this.seen) : nothing} ${this.question()}`;
  }

  private form(list: Person[]) {
    const value = (event: Event) => (event.target as HTMLInputElement | HTMLSelectElement).value;
    const option = (who: string, label: string) => html`<option value=${who} ?selected=${who === this.who}>${label}</option>`;
    const person = ({ username, full_name }: Person) => option(`person:${username}`, full_name ? `${plain(full_name, 100)} (${username})` : username);
    return html`<div class="card asked">
      <div class="pair">
        <div>
          <label class="field-label" for="who">${this.t('access.who')}</label>
          <select id="who" @change=${(event: Event) => void this.ask({ who: value(event) })}>
            <optgroup label=${this.t('access.people')}>${list.map(person)}</optgroup>
            ${this.keys.length
              ? html`<optgroup label=${this.t('access.keys')}>${this.keys.map((key) => option(`key:${key.id}`, `${plain(key.name, 100)} (${key.user})`))}</optgroup>`
              : nothing}
          </select>
        </div>
        <div>
          <label class="field-label" for="at">${this.t('access.at')}</label>
          <div class="when">
            <input id="at" type="datetime-local" .value=${this.at} @change=${(event: Event) => void this.ask({ at: value(event) })} />
            <button class="button" id="now" aria-pressed=${!this.at} ?disabled=${!this.at} @click=${() => void this.ask({ at: '' })}>${this.t('access.now')}</button>
          </div>
        </div>
      </div>
    </div>`;
  }

  private shown(seen: Device[]) {
    const n = (value: number) => formatNumber(value, this.lang_, 0);
    const all = home.devices.size;
    const word = seen.length === 0 ? 'access.sees.nothing' : seen.length >= all ? 'access.sees.all' : 'access.sees';
    const { rooms, hidden } = roomsSeen(seen, home.devices.values(), this.lang_);
    return html`
      <p class="count" id="count" role="status">${this.t(word, { n: n(seen.length), all: n(Math.max(all, seen.length)) })}</p>
      <ul class="rooms">
        ${rooms.map(
          (room) => html`<li class="card">
            <strong><bdi>${room.label}</bdi></strong>
            <p class="soft small">
              ${room.devices.slice(0, devicesShown).map((device) => deviceLabel(device, this.lang_)).join(', ')}
              ${room.devices.length > devicesShown ? this.t('access.more', { n: n(room.devices.length - devicesShown) }) : nothing}
            </p>
          </li>`,
        )}
      </ul>
      ${hidden.length ? html`<p class="soft small hidden-rooms">${this.t('access.hidden', { names: hidden.join(', ') })}</p>` : nothing}
    `;
  }

  private question() {
    return html`<cd-question
      .who=${this.who} .at=${this.moment()} .areas=${this.areas} .roles=${this.roles} .grants=${this.grants} .keys=${this.keys}
    ></cd-question>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-access': AccessPage;
  }
}
