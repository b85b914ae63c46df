// A word at the bottom that goes by itself: "saved", "reconnected".
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { View } from '../app/settings';
import { icon, type IconName } from './icons';
import { shared } from './styles';

export interface Said {
  text: string;
  kind: 'good' | 'alert';
}

const words = new EventTarget();
const shownMs = 4_000;

export function say(text: string, kind: Said['kind'] = 'good'): void {
  words.dispatchEvent(new CustomEvent<Said>('say', { detail: { text, kind } }));
}

@customElement('cd-toast')
export class Toast extends View {
  @state() private said: Said | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    shared,
    css`
      :host {
        position: fixed;
        inset: auto 1rem calc(var(--bottom-bar, 0px) + 1rem) 1rem;
        z-index: 30;
        display: grid;
        justify-items: center;
        pointer-events: none;
      }
      p {
        display: flex;
        align-items: center;
        gap: 0.55rem;
        max-width: 32rem;
        padding: 0.6rem 1rem;
        border-radius: 12px;
        background: var(--text);
        color: var(--page);
        font-size: 0.9375rem;
        font-weight: 550;
        box-shadow: 0 8px 28px rgb(0 0 0 / 25%);
      }
      svg {
        flex: none;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    words.addEventListener('say', this.onSay);
  }
  override disconnectedCallback() {
    words.removeEventListener('say', this.onSay);
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }
  private readonly onSay = (event: Event) => {
    this.said = (event as CustomEvent<Said>).detail;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.said = undefined), shownMs);
  };

  override render() {
    const picture: IconName = this.said?.kind === 'alert' ? 'warn' : 'check';
    return html`<div role="status" aria-live="polite">
      ${this.said ? html`<p>${icon(picture, 18)}<span>${this.said.text}</span></p>` : nothing}
    </div>`;
  }
}
