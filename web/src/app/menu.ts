// The account's menu: language, theme, signing out.
import { css, html, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { api } from '../api/client';
import { stay } from '../api/http';
import type { Me } from '../api/types';
import { icon } from '../ui/icons';
import { settings, View, type Theme } from './settings';
import { shared } from '../ui/styles';
import { home } from '../api/store';

@customElement('cd-menu')
export class Menu extends View {
  @property({ attribute: false }) me?: Me;
  @state() private open = false;
  @state() private failed = false;
  @query('#opener') private opener!: HTMLButtonElement;
  @query('#panel') private panel!: HTMLElement;

  static override styles = [
    shared,
    css`
      :host {
        position: relative;
      }
      #opener {
        display: grid;
        place-items: center;
        width: 2.5rem;
        height: 2.5rem;
        padding: 0;
        border: 1px solid var(--line);
        border-radius: 50%;
        background: var(--card);
        color: var(--text);
      }
      #opener:hover,
      #opener[aria-expanded='true'] {
        border-color: var(--control);
      }
      #panel {
        position: absolute;
        right: 0;
        top: calc(100% + 0.5rem);
        z-index: 10;
        width: min(17rem, calc(100vw - 2rem));
        padding: 1rem;
        display: grid;
        gap: 0.9rem;
        box-shadow: 0 12px 40px rgb(0 0 0 / 22%);
        outline: none;
      }
      .who strong {
        display: block;
        line-height: 1.3;
      }
      .choice {
        display: grid;
        gap: 0.3rem;
      }
      .segments {
        display: flex;
      }
      .segments button {
        flex: 1;
        padding: 0 0.4rem;
      }
      .error {
        color: var(--alert);
      }
    `,
  ];

  override render() {
    return html`
      <button
        id="opener"
        aria-label=${this.t('app.menu')}
        aria-expanded=${this.open}
        aria-controls="panel"
        @click=${() => (this.open = !this.open)}
      >
        ${icon('person')}
      </button>
      ${this.open ? this.renderPanel() : ''}
    `;
  }

  private renderPanel() {
    const me = this.me;
    return html`<div id="panel" class="card" role="group" aria-label=${this.t('app.menu')} tabindex="-1">
      ${me
        ? html`<div class="who">
            <strong>${me.username}</strong>
            <span class="soft small">${this.t(me.role === 'admin' ? 'app.role.admin' : 'app.role.member')}</span>
          </div>`
        : ''}
      <div class="choice">
        <span class="soft small" id="language">${this.t('app.language')}</span>
        <div class="segments" role="group" aria-labelledby="language">
          ${(['ko', 'en'] as const).map(
            (lang) =>
              html`<button lang=${lang} aria-pressed=${settings.lang === lang} @click=${() => settings.setLang(lang)}>
                ${lang === 'ko' ? '한국어' : 'English'}
              </button>`,
          )}
        </div>
      </div>
      <div class="choice">
        <span class="soft small" id="theme">${this.t('app.theme')}</span>
        <div class="segments" role="group" aria-labelledby="theme">
          ${(['auto', 'light', 'dark'] as const).map((theme: Theme) => {
            const pressed = settings.theme === theme;
            return html`<button aria-pressed=${pressed} @click=${() => settings.setTheme(theme)}>
              ${this.t(`app.theme.${theme}`)}
            </button>`;
          })}
        </div>
      </div>
      <a class="small" href="/account" @click=${() => (this.open = false)}>${this.t('account.title')}</a>
      <a class="small" href="/keys" @click=${() => (this.open = false)}>${this.t('keys.title')}</a>
      <a class="small" href="/docs" target="_blank">${this.t('app.api')}</a>
      <button class="button" id="signout" @click=${this.signOut}>${this.t('app.signout')}</button>
      ${this.failed ? html`<p class="error small" role="alert">${this.t('app.signout.failed')}</p>` : ''}
    </div>`;
  }

  override updated(changed: PropertyValues) {
    if (changed.has('open' as never) && this.open) this.panel.focus();
  }

  override connectedCallback() {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.outside);
    this.addEventListener('keydown', this.key);
    this.addEventListener('focusout', this.left);
  }
  override disconnectedCallback() {
    document.removeEventListener('pointerdown', this.outside);
    super.disconnectedCallback();
  }
  private readonly outside = (event: Event) => {
    if (!event.composedPath().includes(this)) this.open = false;
  };
  private readonly left = (event: FocusEvent) => {
    if (event.relatedTarget instanceof Node && !this.contains(event.relatedTarget)) this.open = false;
  };
  private readonly key = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !this.open) return;
    this.open = false;
    this.opener.focus();
  };

  private async signOut() {
    home.stop();
    try {
      await api.signOut();
    } catch {
      this.failed = true;
      stay();
      home.resume();
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-menu': Menu;
  }
}
