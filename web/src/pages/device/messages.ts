// The last message of each of the device's topics, as it came; for administrators what it becomes.
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { go } from '../../app/router';
import { View } from '../../app/settings';
import { api } from '../../api/client';
import { features } from '../../api/features';
import { errorText, isMissing } from '../../api/http';
import type { Explanation, Message } from '../../api/types';
import { formatAgo, formatBytes } from '../../model/format';
import { pretty } from '../../model/payload';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { isWord } from '../../words/i18n';
import '../mapping/result';

@customElement('cd-device-messages')
export class DeviceMessages extends View {
  @property({ attribute: false }) deviceId = '';
  @property({ type: Boolean }) admin = false;
  @state() private messages: Message[] | undefined;
  @state() private failed = '';
  @state() private explained = new Map<string, Explanation | string>(); // by topic; a text is an error
  #abort = new AbortController();

  static override styles = [
    shared,
    formStyles,
    css`
      .intro {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 1rem;
        margin-bottom: 0.9rem;
      }
      ul {
        display: grid;
        gap: 0.8rem;
      }
      li {
        padding: 0.85rem 1rem;
        min-width: 0;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0.2rem 1rem;
        margin-bottom: 0.5rem;
      }
      code {
        font-weight: 600;
        font-size: 0.875rem;
      }
      pre {
        margin: 0;
        max-height: 20rem;
        overflow: auto;
        padding: 0.7rem 0.85rem;
        border-radius: 10px;
        background: var(--sunk);
        font-size: 0.8125rem;
        line-height: 1.5;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
      }
      .does {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
        margin-top: 0.6rem;
      }
      cd-explanation {
        margin-top: 0.8rem;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }
  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#abort.abort();
  }

  private async read() {
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    try {
      this.messages = await api.messages(this.deviceId, signal);
      this.failed = '';
    } catch (error) {
      if (!signal.aborted) this.failed = isMissing(error) ? this.t('device.messages.unsupported') : errorText(error);
    }
  }

  override render() {
    if (this.failed) return html`<p class="notice soft" role="alert">${this.failed}</p>`;
    if (!this.messages) return html`<p class="soft" role="status">${this.t('app.loading')}</p>`;
    if (this.messages.length === 0) return html`<p class="notice soft">${this.t('device.messages.none')}</p>`;
    return html`
      <div class="intro">
        <p class="soft small">${this.t('device.messages.text')}</p>
        <button class="chip" @click=${this.read}>${icon('reset', 15)}${this.t('device.messages.again')}</button>
      </div>
      <ul>
        ${this.messages.map((message) => this.message(message))}
      </ul>
    `;
  }

  private message(message: Message) {
    const { topic, payload, bytes, time, retained, outcome } = message;
    const explained = this.explained.get(topic);
    const cut = new TextEncoder().encode(payload).length < bytes;
    const key = `outcome.${outcome}`;
    const kind = { decoded: 'good', described: 'good', broken: 'alert' }[outcome] ?? '';
    return html`<li class="card">
      <div class="top">
        <code><bdi>${plain(topic, 200)}</bdi></code>
        <span class="soft small numbers">
          ${formatAgo(time, Date.now(), this.lang_)} · ${formatBytes(bytes, this.lang_)}
          ${retained ? html`<span class="pill">${this.t('device.messages.retained')}</span>` : nothing}
          <span class="pill ${kind}">${isWord(key) ? this.t(key) : plain(outcome, 40)}</span>
        </span>
      </div>
      <pre tabindex="0">${pretty(payload)}</pre>
      ${cut ? html`<p class="hint">${this.t('device.messages.cut')}</p>` : nothing}
      ${this.admin && features.explain
        ? html`<div class="does">
            ${explained
              ? nothing
              : html`<button class="chip" @click=${() => this.explain(message)}>${icon('wand', 16)}${this.t('device.messages.explain')}</button>`}
            <button class="chip" @click=${() => go('/mapping', { topic, payload })}>${icon('edit', 16)}${this.t('device.messages.try')}</button>
          </div>`
        : nothing}
      ${typeof explained === 'string' ? html`<p class="error" role="alert">${explained}</p>` : nothing}
      ${typeof explained === 'object' ? html`<cd-explanation .explanation=${explained}></cd-explanation>` : nothing}
    </li>`;
  }

  private async explain({ topic, payload }: Message) {
    let found: Explanation | string;
    try {
      found = await api.explain(topic, payload);
    } catch (error) {
      found = isMissing(error) ? this.t('mapping.unsupported') : errorText(error);
    }
    this.explained = new Map([...this.explained, [topic, found]]);
  }
}
