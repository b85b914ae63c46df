// All devices: found by name, room and state; administrators rename, move and merge them.
import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { keepParameters, parameters } from '../../app/router';
import { View } from '../../app/settings';
import { features } from '../../api/features';
import { FollowHome, home } from '../../api/store';
import type { Device } from '../../api/types';
import { formatNumber } from '../../model/format';
import { countKinds, listDevices, onlyNames, readListing, roomsOf, sortNames, writeListing, type Listing } from '../../model/list';
import { deviceLabel } from '../../model/names';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import './edit';
import './merge';
import { devicesStyles } from './page.css';
import './row';

const pageLength = 100;

@customElement('cd-devices')
export class DevicesPage extends View {
  @property({ type: Boolean }) admin = false;
  @state() private listing: Listing = readListing(parameters());
  @state() private length = pageLength;
  @state() private chosen: Set<string> | undefined; // ids, while choosing
  @state() private editing: Device[] = [];
  @state() private merging: [Device, Device] | undefined;

  static override styles = [shared, formStyles, devicesStyles];

  constructor() {
    super();
    new FollowHome(this);
  }

  private list(change: Partial<Listing>) {
    this.listing = { ...this.listing, ...change };
    this.length = pageLength;
    keepParameters(writeListing(this.listing));
  }

  override render() {
    document.title = `${this.t('devices.title')} · CareDian`;
    const now = Date.now();
    const devices = [...home.devices.values()];
    const found = listDevices(devices, this.listing, this.lang_, now);
    return html`
      <div class="head">
        <h1 tabindex="-1">${this.t('devices.title')}</h1>
        <span class="links">${features.catalogue
          ? html`<a class="chip" href="/catalogue">${icon('copy', 16)}${this.t('catalogue.title')}</a>`
          : nothing}
        ${this.admin && features.change && (devices.length || !home.loaded)
          ? html`<button class="chip" ?disabled=${!home.loaded} aria-pressed=${this.chosen !== undefined} @click=${() => (this.chosen = this.chosen ? undefined : new Set())}>
              ${icon('check', 16)}${this.t('devices.select')}
            </button>`
          : nothing}</span>
      </div>
      ${home.loaded ? html`${this.tools(devices, now)} ${this.result(devices, found)}` : this.waiting()}
      ${this.chosen ? this.actions() : nothing}
      ${this.editing.length
        ? html`<cd-device-edit .devices=${this.editing} @close=${() => (this.editing = [])} @saved=${() => this.chosen && (this.chosen = new Set())}></cd-device-edit>`
        : nothing}
      ${this.merging
        ? html`<cd-device-merge
            .device=${this.merging[0]}
            .other=${this.merging[1]}
            @close=${() => (this.merging = undefined)}
            @merged=${() => (this.chosen = undefined)}
          ></cd-device-merge>`
        : nothing}
    `;
  }

  private waiting() {
    return html`<div class="skeleton" role="status">
      <span class="hidden-text">${home.error?.message ?? this.t('app.loading')}</span>
    </div>`;
  }

  private tools(devices: Device[], now: number) {
    const { listing } = this;
    const counts = countKinds(devices, now);
    const value = (event: Event) => (event.target as HTMLInputElement | HTMLSelectElement).value;
    return html`<div class="tools">
      <label class="search">
        <span class="hidden-text">${this.t('devices.search')}</span>
        ${icon('search', 18)}
        <input
          type="search"
          autocomplete="off"
          maxlength="100"
          placeholder=${this.t('devices.search')}
          .value=${listing.query}
          @input=${(event: Event) => this.list({ query: value(event) })}
        />
      </label>
      <label>
        <span class="hidden-text">${this.t('devices.room')}</span>
        <select @change=${(event: Event) => this.list({ room: value(event) })}>
          <option value="" ?selected=${!listing.room}>${this.t('devices.room.all')}</option>
          ${roomsOf(devices, this.lang_).slice(0, 200).map(
            (room) => html`<option value=${room.key} ?selected=${room.key === listing.room}>${room.label}</option>`,
          )}
        </select>
      </label>
      <label>
        <span class="hidden-text">${this.t('devices.sort')}</span>
        <select @change=${(event: Event) => this.list({ sort: value(event) as Listing['sort'] })}>
          ${sortNames.map((sort) => html`<option value=${sort} ?selected=${sort === listing.sort}>${this.t(`devices.sort.${sort}`)}</option>`)}
        </select>
      </label>
      <div class="chips" role="group" aria-label=${this.t('devices.only')}>
        ${onlyNames.map(
          (only) => html`<button class="chip" aria-pressed=${only === listing.only} @click=${() => this.list({ only })}>
            ${this.t(`devices.only.${only}`)} <span class="n">${formatNumber(counts[only], this.lang_, 0)}</span>
          </button>`,
        )}
      </div>
    </div>`;
  }

  private result(devices: Device[], found: Device[]) {
    if (devices.length === 0)
      return html`<div class="notice card"><h2>${this.t('home.none')}</h2><p>${this.t('home.none.text')}</p></div>`;
    if (found.length === 0)
      return html`<div class="notice card" role="status">
        <p>${this.t('devices.none')}</p>
        <button class="button" @click=${() => this.list({ query: '', room: '', only: 'all' })}>${this.t('devices.clear')}</button>
      </div>`;
    const n = (value: number) => formatNumber(value, this.lang_, 0);
    const more = found.length - this.length;
    return html`
      <p class="hidden-text" role="status">${this.t('devices.shown', { n: n(found.length), all: n(devices.length) })}</p>
      <ul class="list card">
        ${repeat(found.slice(0, this.length), (device) => device.id, (device) => this.line(device))}
      </ul>
      ${more > 0
        ? html`<button class="button more" @click=${() => (this.length += pageLength)}>
            ${this.t('app.more', { n: n(Math.min(more, pageLength)) })}
          </button>`
        : nothing}
    `;
  }

  private line(device: Device) {
    const name = deviceLabel(device, this.lang_);
    const minute = Math.floor(Date.now() / 20_000);
    return html`<li class=${this.chosen?.has(device.id) ? 'chosen' : ''}>
      ${this.chosen
        ? html`<label class="choose">
            <input type="checkbox" aria-label=${this.t('devices.select.one', { name })} .checked=${this.chosen.has(device.id)} @change=${() => this.choose(device)} />
          </label>`
        : nothing}
      <cd-device-row .device=${device} .minute=${minute}></cd-device-row>
      ${this.admin && features.change && !this.chosen
        ? html`<button class="edit" aria-label=${this.t('devices.edit.one', { name })} title=${this.t('devices.edit')} @click=${() => (this.editing = [device])}>
            ${icon('edit', 18)}
          </button>`
        : nothing}
    </li>`;
  }

  private choose(device: Device) {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(device.id)) chosen.add(device.id);
    this.chosen = chosen;
  }

  private actions() {
    const devices = [...this.chosen!].flatMap((id) => home.devices.get(id) ?? []);
    return html`<div class="actions card" role="group" aria-label=${this.t('devices.select')}>
      <strong class="numbers" role="status">${this.t('devices.selected', { n: formatNumber(devices.length, this.lang_, 0) })}</strong>
      <button class="button primary" ?disabled=${devices.length === 0} @click=${() => (this.editing = devices)}>${icon('home', 18)}${this.t('devices.assign')}</button>
      ${features.merge ? html`<button class="button" ?disabled=${devices.length !== 2} @click=${() => (this.merging = [devices[0]!, devices[1]!])}>${icon('merge', 18)}${this.t('devices.merge')}</button>` : nothing}
    </div>`;
  }
}
