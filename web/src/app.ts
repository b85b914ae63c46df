// The frame: header, navigation, and the page of the present address.
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { api, type Me } from './api';
import { icon, type IconName } from './icons';
import { startRouter, type Page } from './router';
import { settings, View } from './settings';
import { FollowHome, home } from './store';
import { shared } from './styles';
import './menu';
import './view-home';

// Said only after a while, so that a short break does not flicker.
const offlineAfterMs = 2_500;

@customElement('caredian-app')
export class App extends View {
  @state() private me: Me | undefined;
  @state() private page: Page = { name: 'home' };
  @state() private offline = false;
  #offlineTimer: ReturnType<typeof setTimeout> | undefined;
  #started = false;
  #shown = false;

  static override styles = [
    shared,
    css`
      :host {
        min-height: 100vh;
      }
      header {
        position: sticky;
        top: 0;
        z-index: 5;
        background: color-mix(in srgb, var(--page) 88%, transparent);
        backdrop-filter: blur(12px);
        border-bottom: 1px solid var(--line);
      }
      .bar,
      main {
        max-width: 72rem;
        margin: 0 auto;
        padding: 0 max(1rem, env(safe-area-inset-left)) 0 max(1rem, env(safe-area-inset-left));
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        min-height: 3.75rem;
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 0.55rem;
        color: var(--text);
        font-weight: 700;
        font-size: 1.0625rem;
        letter-spacing: -0.01em;
        text-decoration: none;
        border-radius: 8px;
      }
      nav {
        display: flex;
        gap: 0.15rem;
        margin: 0 auto 0 0.75rem;
      }
      nav a {
        display: flex;
        align-items: center;
        gap: 0.4rem;
        min-height: 2.5rem;
        padding: 0 0.8rem;
        border-radius: 11px;
        color: var(--soft);
        font-size: 0.9375rem;
        font-weight: 550;
        text-decoration: none;
        white-space: nowrap;
      }
      nav a:hover {
        color: var(--text);
      }
      nav a[aria-current='page'] {
        background: var(--accent-soft);
        color: var(--accent);
      }
      .live {
        display: inline-flex;
        align-items: center;
        gap: 0.4rem;
        margin-right: 0.25rem;
        color: var(--soft);
        font-size: 0.8125rem;
        white-space: nowrap;
      }
      .dot {
        width: 0.5rem;
        height: 0.5rem;
        border-radius: 50%;
        background: var(--control);
      }
      .live.on .dot {
        background: var(--good);
        box-shadow: 0 0 0 3px var(--good-soft);
      }
      .offline {
        background: var(--active-soft);
        color: var(--active);
        padding: 0.45rem 1rem;
        text-align: center;
        font-size: 0.875rem;
        font-weight: 550;
      }
      main {
        padding-top: 1.25rem;
        padding-bottom: max(3rem, env(safe-area-inset-bottom));
      }
      .skip {
        position: absolute;
        left: 1rem;
        top: -4rem;
        z-index: 20;
      }
      .skip:focus {
        top: 0.6rem;
      }
      @media (max-width: 34rem) {
        .brand span {
          display: none;
        }
        nav {
          margin-left: 0.25rem;
        }
        nav a {
          padding: 0 0.65rem;
        }
        .live {
          margin-left: auto;
        }
        .live span.word {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
      @media (max-width: 22rem) {
        nav svg {
          display: none;
        }
      }
    `,
  ];

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
    startRouter((page) => this.show(page));
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
  }

  private async show(page: Page) {
    try {
      if (page.name === 'device') await import('./view-device');
      if (page.name === 'system') await import('./view-system');
    } catch (error) {
      return this.reload(error);
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

  // A page that was open while the gateway was upgraded asks for files that are no more: start anew,
  // but not again and again.
  private reload(error: unknown) {
    const key = 'caredian.reloaded';
    const last = Number(sessionStorage.getItem(key) ?? 0);
    if (Date.now() - last < 10_000) throw error;
    sessionStorage.setItem(key, String(Date.now()));
    location.reload();
  }

  override willUpdate(_: PropertyValues) {
    if (home.live === 'waiting') {
      this.#offlineTimer ??= setTimeout(() => (this.offline = true), offlineAfterMs);
    } else {
      clearTimeout(this.#offlineTimer);
      this.#offlineTimer = undefined;
      this.offline = false;
    }
  }

  override render() {
    const live = home.live === 'live';
    return html`
      <a class="skip button" href="#main" @click=${this.skip}>${this.t('app.skip')}</a>
      <header>
        <div class="bar">
          <a class="brand" href="/" aria-label="CareDian">
            <img src="/favicon.svg" width="30" height="30" alt="" /><span>CareDian</span>
          </a>
          <nav aria-label=${this.t('app.menu')}>
            ${this.tab('/', 'home', 'home', this.t('app.home'))}
            ${this.me?.role === 'admin' ? this.tab('/system', 'system', 'system', this.t('app.system')) : nothing}
          </nav>
          <span class="live ${live ? 'on' : ''}" role="status">
            <span class="dot"></span><span class="word">${this.t(live ? 'app.live' : 'app.connecting')}</span>
          </span>
          <cd-menu .me=${this.me}></cd-menu>
        </div>
        ${this.offline ? html`<div class="offline" role="alert">${this.t('app.offline')}</div>` : nothing}
      </header>
      <main id="main" tabindex="-1">${this.content()}</main>
    `;
  }

  private tab(href: string, name: Page['name'], picture: IconName, label: string): TemplateResult {
    const current = this.page.name === name || (name === 'home' && this.page.name === 'device');
    return html`<a href=${href} aria-current=${current ? 'page' : nothing}>${icon(picture, 18)}${label}</a>`;
  }

  private content(): TemplateResult {
    switch (this.page.name) {
      case 'home':
        return html`<cd-home></cd-home>`;
      case 'device':
        return html`<cd-device .deviceId=${this.page.id}></cd-device>`;
      case 'system':
        return html`<cd-system .me=${this.me}></cd-system>`;
      case 'missing':
        return html`<div class="notice">
          <h1>${this.t('app.notfound')}</h1>
          <p>${this.t('app.notfound.text')}</p>
          <a class="button" href="/">${this.t('app.home')}</a>
        </div>`;
    }
  }

  private skip(event: Event) {
    event.preventDefault();
    (this.renderRoot.querySelector('#main') as HTMLElement).focus();
  }
}
