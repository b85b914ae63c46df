// One device: its values and their history, what it says it has, its messages, what is known of it.
import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { keepParameters, parameters } from '../../app/router';
import { View } from '../../app/settings';
import { api } from '../../api/client';
import { features } from '../../api/features';
import { FollowHome, home } from '../../api/store';
import type { Device, DeviceDetail, StreamReading } from '../../api/types';
import { formatAgo } from '../../model/format';
import { deviceMood, isOffline, isStale, pictureOfDevice } from '../../model/home';
import { deviceLabel, roomOf } from '../../model/names';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import '../devices/edit';
import './about';
import './control';
import './entities';
import './messages';
import { deviceStyles } from './page.css';
import './values';

const tabs = ['values', 'control', 'entities', 'messages', 'about'] as const;
type Tab = (typeof tabs)[number];
const detailEveryMs = 5_000;

@customElement('cd-device')
export class DevicePage extends View {
  @property({ attribute: false }) deviceId = '';
  @property({ type: Boolean }) admin = false;
  @state() private tab: Tab = readTab();
  @state() private detail: DeviceDetail | undefined;
  @state() private editing = false;
  #asked = '';
  #again: ReturnType<typeof setTimeout> | undefined;

  static override styles = [shared, formStyles, deviceStyles];

  constructor() {
    super();
    new FollowHome(this);
  }

  private get device(): Device | undefined {
    return home.devices.get(this.deviceId);
  }

  override connectedCallback() {
    super.connectedCallback();
    home.addEventListener('reading', this.onReading);
  }
  override disconnectedCallback() {
    super.disconnectedCallback();
    home.removeEventListener('reading', this.onReading);
    clearTimeout(this.#again);
    this.#again = undefined;
  }

  // The stream tells fields; what the entities say is asked for again, now and then.
  private readonly onReading = (event: Event) => {
    if ((this.tab !== 'entities' && this.tab !== 'control') || this.#again || home.deviceOf((event as CustomEvent<StreamReading>).detail) !== this.deviceId) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      void this.read();
    }, detailEveryMs);
  };

  override willUpdate(changed: PropertyValues) {
    if (changed.has('deviceId') && changed.get('deviceId')) {
      this.tab = readTab();
      this.detail = undefined;
    }
    if (this.device && this.#asked !== this.deviceId) void this.read();
  }

  // What the list does not say. Without it the page shows what the list does.
  private async read() {
    const id = (this.#asked = this.deviceId);
    try {
      const detail = await api.device(id);
      if (id === this.deviceId) this.detail = detail;
    } catch {
      if (id === this.deviceId) this.detail ??= this.device; // the list's words are better than none
    }
  }

  override render() {
    const { device } = this;
    if (!device) return this.missing();
    const lang = this.lang_;
    const name = deviceLabel(device, lang);
    document.title = `${name} · CareDian`;
    const offline = isOffline(device);
    const stale = offline || isStale(device, Date.now());
    return html`
      <a class="back" href="/devices">${icon('back', 18)}${this.t('device.back')}</a>
      <div class="head">
        <span class="picture ${stale ? 'stale' : deviceMood(device)}">${icon(pictureOfDevice(device), 26)}</span>
        <div class="name">
          <h1 tabindex="-1"><bdi>${name}</bdi></h1>
          <p class="soft small">
            <bdi>${roomOf(device, lang)}</bdi> · ${device.last_seen ? this.t('device.seen', { time: formatAgo(device.last_seen, Date.now(), lang) }) : this.t('device.unheard')}
            ${stale ? html`<span class="pill active">${icon(offline ? 'signal' : 'clock', 13)}${this.t(offline ? 'home.offline' : 'device.stale')}</span>` : nothing}
          </p>
        </div>
        ${this.admin && features.change
          ? html`<button class="edit" aria-label=${this.t('devices.edit')} title=${this.t('devices.edit')} @click=${() => (this.editing = true)}>${icon('edit', 20)}</button>`
          : nothing}
      </div>
      <div class="tabs" role="tablist" aria-label=${this.t('device.tabs')} @keydown=${this.key}>
        ${this.tabs.map((tab) => {
          const chosen = tab === this.tab;
          return html`<button id="tab-${tab}" role="tab" aria-selected=${chosen} aria-controls="panel" tabindex=${chosen ? 0 : -1} @click=${() => this.choose(tab)}>
            ${this.t(`device.tab.${tab}`)}
          </button>`;
        })}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby="tab-${this.tab}">${this.panel(device)}</div>
      ${this.editing
        ? html`<cd-device-edit .devices=${[device]} @close=${() => (this.editing = false)} @saved=${() => this.read()}></cd-device-edit>`
        : nothing}
    `;
  }

  private panel(device: Device) {
    switch (this.tab) {
      case 'values':
        return html`<cd-device-values .device=${device}></cd-device-values>`;
      case 'control':
        return html`<cd-device-control .device=${device} .detail=${this.detail} @changed=${() => this.read()}></cd-device-control>`;
      case 'entities':
        return html`<cd-device-entities .device=${device} .detail=${this.detail}></cd-device-entities>`;
      case 'messages':
        return html`<cd-device-messages .deviceId=${device.id} .admin=${this.admin}></cd-device-messages>`;
      case 'about':
        return html`<cd-device-about .device=${device} .detail=${this.detail} .admin=${this.admin} @changed=${() => this.read()}></cd-device-about>`;
    }
  }

  // Control is there for what can be controlled; who came by its address is told that it can't.
  private get tabs(): Tab[] {
    const tells = this.tab === 'control' || (this.detail?.entities ?? []).some((entity) => entity.commandable);
    return shownTabs().filter((tab) => tab !== 'control' || tells);
  }

  private choose(tab: Tab) {
    this.tab = tab;
    keepParameters(new URLSearchParams(tab === 'values' ? {} : { tab }));
  }

  private key = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const shown = this.tabs;
    this.choose(shown[(shown.indexOf(this.tab) + by + shown.length) % shown.length]!);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${this.tab}`)?.focus());
  };

  private missing() {
    if (!home.loaded)
      return html`<p class="notice soft" role="status">${home.error?.message ?? this.t('app.loading')}</p>`;
    document.title = `${this.t('device.missing')} · CareDian`;
    return html`<div class="notice">
      <h1 tabindex="-1">${this.t('device.missing')}</h1>
      <p>${this.t('device.missing.text')}</p>
      <a class="button" href="/devices">${this.t('device.back')}</a>
    </div>`;
  }
}

const shownTabs = () => tabs.filter((tab) => (tab !== 'messages' || features.messages) && (tab !== 'control' || features.commands));

function readTab(): Tab {
  return shownTabs().find((tab) => tab === parameters().get('tab')) ?? 'values';
}
