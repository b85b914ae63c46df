// One's own API keys.
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { api } from '../../api/client';
import { errorText } from '../../api/http';
import type { Key, Me } from '../../api/types';
import { formatAgo, formatTime } from '../../model/format';
import { plain } from '../../model/plain';
import '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { isWord } from '../../words/i18n';
import './add';

@customElement('cd-keys')
export class Keys extends View {
  @property({ attribute: false }) me?: Me;
  @state() private keys: Key[] | undefined;
  @state() private failed = '';
  @state() private adding = false;
  @state() private revoking: Key | undefined;

  static override styles = [
    shared,
    formStyles,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.6rem 1rem;
        margin-bottom: 0.5rem;
      }
      .text {
        margin-bottom: 1.2rem;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.25rem 1rem;
        align-items: center;
        padding: 0.85rem 1rem;
        border-bottom: 1px solid var(--line);
      }
      li:last-child {
        border-bottom: 0;
      }
      strong {
        overflow-wrap: anywhere;
      }
      .about {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 0.9rem;
      }
      .ends {
        display: flex;
        justify-content: flex-end;
        gap: 0.5rem;
        margin-top: 1rem;
      }
      .empty {
        padding: 1.2rem 1rem;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  private async read() {
    try {
      this.keys = await api.keys();
      this.failed = '';
    } catch (error) {
      this.failed = errorText(error);
    }
  }

  override render() {
    return html`
      <div class="head">
        <h1 tabindex="-1">${this.t('keys.title')}</h1>
        <button class="button" id="add" @click=${() => (this.adding = true)}>${icon('plus', 18)}${this.t('keys.add')}</button>
      </div>
      <p class="soft text">${this.t('keys.text')}</p>
      ${this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing}
      ${this.keys?.length ? html`<ul class="card">${this.keys.map((key) => this.row(key))}</ul>` : nothing}
      ${this.keys?.length === 0 ? html`<p class="card empty soft">${this.t('keys.none')}</p>` : nothing}
      ${this.adding
        ? html`<cd-key-add ?admin=${this.me?.role === 'admin'} @changed=${() => void this.read()} @close=${() => (this.adding = false)}></cd-key-add>`
        : nothing}
      ${this.revoking ? this.question(this.revoking) : nothing}
    `;
  }

  private row(key: Key) {
    const ended = Date.parse(key.expires) <= Date.now();
    return html`<li>
      <strong><bdi>${plain(key.name, 100)}</bdi></strong>
      <button class="button" aria-label=${`${this.t('keys.revoke')}: ${key.name}`} @click=${() => (this.revoking = key)}>${this.t('keys.revoke')}</button>
      <div class="about soft small">
        <span>${key.scopes.map((scope) => this.scope(scope)).join(' · ')}</span>
        ${key.role === 'admin' ? html`<span>${this.t('app.role.admin')}</span>` : nothing}
        <span>${key.addresses.length ? key.addresses.join(', ') : this.t('keys.anywhere')}</span>
        <span>${key.last_used ? this.t('keys.used', { time: formatAgo(key.last_used, Date.now(), this.lang_) }) : this.t('keys.never')}</span>
        <span>${ended ? html`<span class="pill alert">${this.t('keys.ended')}</span>` : this.t('keys.ends', { time: formatTime(key.expires, this.lang_) })}</span>
        <span class="numbers">cdk_${key.id}_…</span>
      </div>
    </li>`;
  }

  private scope(scope: string): string {
    const word = `keys.scope.${scope}`;
    return isWord(word) ? this.t(word) : scope;
  }

  private question(key: Key) {
    return html`<cd-dialog heading=${this.t('keys.revoke.title')} @close=${() => (this.revoking = undefined)}>
      <p>${this.t('keys.revoke.text', { name: plain(key.name, 100) })}</p>
      <div class="ends">
        <button class="button" @click=${() => (this.revoking = undefined)}>${this.t('app.cancel')}</button>
        <button class="button primary" id="revoke" @click=${() => void this.revoke(key)}>${this.t('keys.revoke')}</button>
      </div>
    </cd-dialog>`;
  }

  private async revoke(key: Key) {
    try {
      await api.revokeKey(key.id);
      say(this.t('keys.revoked'));
    } catch (error) {
      say(errorText(error), 'alert');
    }
    this.revoking = undefined;
    await this.read();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-keys': Keys;
  }
}
