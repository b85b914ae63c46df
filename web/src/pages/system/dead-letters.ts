// Messages that no decoder could read: what they were, and a way to try them.
import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { go } from '../../app/router';
import { View } from '../../app/settings';
import { features } from '../../api/features';
import type { DeadLetter } from '../../api/types';
import { formatAgo, formatBytes } from '../../model/format';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { isWord } from '../../words/i18n';

@customElement('cd-dead-letters')
export class DeadLetters extends View {
  @property({ attribute: false }) letters: DeadLetter[] = [];

  static override styles = [
    shared,
    formStyles,
    css`
      section {
        margin-bottom: 1.6rem;
      }
      h2,
      .text {
        margin-bottom: 0.6rem;
      }
      .empty {
        padding: 0.8rem 1rem;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.2rem 1rem;
        padding: 0.75rem 1rem;
        border-bottom: 1px solid var(--line);
      }
      li:last-child {
        border-bottom: 0;
      }
      code {
        font-size: 0.875rem;
        font-weight: 600;
      }
      .payload {
        display: block;
        font-weight: 400;
        color: var(--soft);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .reason {
        color: var(--active);
      }
      .chip {
        grid-row: span 2;
        align-self: center;
      }
    `,
  ];

  override render() {
    const { letters } = this;
    return html`<section>
      <h2>${this.t('system.dead.title')}</h2>
      ${letters.length
        ? html`<p class="soft small text">${this.t('system.dead.text')}</p>
            <ul class="card">
              ${repeat(letters, (letter, i) => `${letter.time}${letter.topic}${i}`, (letter) => this.letter(letter))}
            </ul>`
        : html`<p class="card empty soft small">${this.t('system.dead.none')}</p>`}
    </section>`;
  }

  // A name of ours, or a sentence.
  private reason(reason: string): string {
    const key = `broken.${reason}`;
    return isWord(key) ? this.t(key) : plain(reason, 160);
  }

  private letter({ time, topic, payload, bytes, reason }: DeadLetter) {
    return html`<li>
      <code><bdi>${plain(topic, 120)}</bdi></code>
      ${features.explain
        ? html`<button class="chip" @click=${() => go('/mapping', { topic, payload })}>${icon('wand', 16)}${this.t('system.dead.try')}</button>`
        : html`<span></span>`}
      <code class="payload"><bdi>${plain(payload, 200)}</bdi></code>
      <span class="small"><span class="reason"><bdi>${this.reason(reason)}</bdi></span> <span class="soft numbers">· ${formatAgo(time, Date.now(), this.lang_)} · ${formatBytes(bytes, this.lang_)}</span></span>
    </li>`;
  }
}
