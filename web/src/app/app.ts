// The frame: header, navigation, and the page of the present address.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { api } from '../api/client';
import { FollowHome, home } from '../api/store';
import type { Me } from '../api/types';
import '../pages/home/page';
import { icon, type IconName } from '../ui/icons';
import { shared } from '../ui/styles';
import { say } from '../ui/toast';
import { appStyles } from './app.css';
import './menu';
import { loadPage, reloadOnce } from './pages';
import { parsePath, startRouter, type Page, type PageName } from './router';
import { settings, View } from './settings';

// Said only after a while, so that a short break does not flicker.
const offlineAfterMs = 2_500;

@customElement('caredian-app')
export class App extends View {
  @state() private me: Me | undefined;
  @state() private identified = false; // or it was tried: what only some see then pushes nothing aside
  @state() private page: Page | undefined; // nothing until its code is there
  @state() private offline = false;
  #offlineTimer: ReturnType<typeof setTimeout> | undefined;
  #started = false;
  #shown = false;

  static override styles = [shared, appStyles];

  constructor() {
    super();
    new FollowHome(this);
  }

  override connectedCallback() {
    super.connectedCallback();
    if (this.#started) return;
    this.#started = true;
    settings.start();
    home.start();
    startRouter((page) => void this.show(page));
    void this.identify();
  }

  // 401 leads to the sign-in page by itself; anything else is tried until it works.
  private async identify() {
    try {
      this.me = await api.me();
      settings.suggest(this.me.language);
    } catch {
      setTimeout(() => void this.identify(), 3_000);
    }
    this.identified = true;
  }

  private async show(page: Page) {
    try {
      await loadPage(page.name);
    } catch (error) {
      return reloadOnce(error);
    }
    this.page = page;
    if (!this.#shown) {
      this.#shown = true; // the browser's own start of the page
      return;
    }
    await this.updateComplete;
    const view = this.renderRoot.querySelector('main > *');
    if (view instanceof View) await view.updateComplete;
    // Who listens to the page hears where they are; who types goes on from there.
    (view?.shadowRoot ?? view)?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }

  override willUpdate(_: PropertyValues) {
    if (home.live === 'waiting') {
      this.#offlineTimer ??= setTimeout(() => (this.offline = true), offlineAfterMs);
    } else {
      clearTimeout(this.#offlineTimer);
      this.#offlineTimer = undefined;
      if (this.offline && home.live === 'live') say(this.t('app.reconnected'));
      this.offline = false;
    }
  }

  override render() {
    const live = home.live === 'live';
    return html`
      <a class="skip button" href="#main" @click=${this.skip}>${this.t('app.skip')}</a>
      <header>
        <div class="bar">
          <a class="brand" href="/"><img src="/favicon.svg" width="30" height="30" alt="" /><span>CareDian</span></a>
          <nav aria-label=${this.t('app.pages')}>
            ${this.identified ? this.tabs() : nothing}
          </nav>
          <span class="live ${live ? 'on' : ''}" role="status">
            <span class="dot"></span><span class="word">${this.t(live ? 'app.live' : 'app.connecting')}</span>
          </span>
          <cd-menu .me=${this.me}></cd-menu>
        </div>
        ${this.offline ? html`<div class="offline" role="alert">${this.t('app.offline')}</div>` : nothing}
      </header>
      <main id="main" tabindex="-1">${this.content()}</main>
      <cd-toast></cd-toast>
    `;
  }

  private tabs(): TemplateResult {
    return html`${this.tab('/', 'home', 'home', this.t('app.home'))}
      ${this.tab('/devices', 'devices', 'devices', this.t('app.devices'))}
      ${this.tab('/history', 'history', 'chart', this.t('app.history'))}
      ${this.me?.role === 'admin'
        ? html`${this.tab('/people', 'people', 'person', this.t('people.title'))}
            ${this.tab('/system', 'system', 'system', this.t('app.system'))}`
        : nothing}`;
  }

  private tab(href: string, name: PageName, picture: IconName, label: string): TemplateResult {
    const belongs: Partial<Record<PageName, PageName>> = {
      device: 'devices', catalogue: 'devices', mapping: 'system', roles: 'people', access: 'people', audit: 'people', enrolment: 'people',
    };
    const here = (this.page ?? parsePath(location.pathname)).name;
    const current = (belongs[here] ?? here) === name;
    return html`<a href=${href} aria-current=${current ? 'page' : nothing}>${icon(picture, 20)}${label}</a>`;
  }

  private content() {
    if (!this.identified) return nothing;
    const admin = this.me?.role === 'admin';
    switch (this.page?.name) {
      case 'home':
        return html`<cd-home></cd-home>`;
      case 'account':
        return html`<cd-account></cd-account>`;
      case 'devices':
        return html`<cd-devices .admin=${admin}></cd-devices>`;
      case 'device':
        return html`<cd-device .deviceId=${this.page.id ?? ''} .admin=${admin}></cd-device>`;
      case 'history':
        return html`<cd-history></cd-history>`;
      case 'keys':
        return html`<cd-keys .me=${this.me}></cd-keys>`;
      case 'enrolment':
        return html`<cd-enrolment .me=${this.me}></cd-enrolment>`;
      case 'people':
        return html`<cd-people .me=${this.me}></cd-people>`;
      case 'roles':
        return html`<cd-roles .me=${this.me}></cd-roles>`;
      case 'access':
        return html`<cd-access .me=${this.me}></cd-access>`;
      case 'audit':
        return html`<cd-audit .me=${this.me}></cd-audit>`;
      case 'catalogue':
        return html`<cd-catalogue></cd-catalogue>`;
      case 'mapping':
        return html`<cd-mapping .me=${this.me}></cd-mapping>`;
      case 'system':
        return html`<cd-system .me=${this.me}></cd-system>`;
      case 'missing':
        return html`<div class="notice">
          <h1 tabindex="-1">${this.t('app.notfound')}</h1>
          <p>${this.t('app.notfound.text')}</p>
          <a class="button" href="/">${this.t('app.home')}</a>
        </div>`;
      default:
        return nothing;
    }
  }

  private skip(event: Event) {
    event.preventDefault();
    (this.renderRoot.querySelector('#main') as HTMLElement).focus();
  }
}
