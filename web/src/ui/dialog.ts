// A dialog: the browser's own, which keeps the focus inside and closes by Escape. It is there while
// it is open; `close` says that it is to be taken away.
import { css, html } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { View } from '../app/settings';
import { icon } from './icons';
import { shared } from './styles';

@customElement('cd-dialog')
export class Dialog extends View {
  @property() heading = '';
  @query('dialog') private dialog!: HTMLDialogElement;

  static override styles = [
    shared,
    css`
      dialog {
        width: min(30rem, calc(100vw - 2rem));
        max-height: calc(100dvh - 2rem);
        padding: 0;
        border: 1px solid var(--line);
        border-radius: 18px;
        background: var(--card);
        color: var(--text);
        box-shadow: 0 20px 60px rgb(0 0 0 / 30%);
      }
      dialog::backdrop {
        background: rgb(8 14 20 / 55%);
      }
      .inside {
        padding: 1.1rem 1.25rem 1.25rem;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 1rem;
        margin-bottom: 0.9rem;
      }
      header button {
        display: grid;
        place-items: center;
        flex: none;
        width: 2.25rem;
        height: 2.25rem;
        margin: -0.3rem -0.5rem -0.3rem 0;
        padding: 0;
        border: 0;
        border-radius: 50%;
        background: none;
        color: var(--soft);
      }
      header button:hover {
        background: var(--sunk);
      }
      /* Phones: from the bottom, where the thumb is. */
      @media (max-width: 40rem) {
        dialog {
          width: 100vw;
          max-width: none;
          margin: auto 0 0;
          border-radius: 18px 18px 0 0;
          border-width: 1px 0 0;
          padding-bottom: env(safe-area-inset-bottom);
        }
      }
    `,
  ];

  override render() {
    return html`<dialog aria-labelledby="heading" @close=${this.closed} @click=${this.outside}>
      <div class="inside">
        <header>
          <h2 id="heading">${this.heading}</h2>
          <button type="button" aria-label=${this.t('app.close')} @click=${() => this.close()}>${icon('close', 20)}</button>
        </header>
        <slot></slot>
      </div>
    </dialog>`;
  }

  override firstUpdated() {
    this.dialog.showModal();
  }

  close() {
    this.dialog.close();
  }

  private closed() {
    this.dispatchEvent(new Event('close'));
  }
  private outside(event: Event) {
    if (event.target === this.dialog) this.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-dialog': Dialog;
  }
}
