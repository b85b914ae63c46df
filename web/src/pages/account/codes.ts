// Recovery codes, this once.
import { css, html } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { View } from '../../app/settings';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';

@customElement('cd-recovery-codes')
export class RecoveryCodes extends View {
  @property({ attribute: false }) codes: string[] = [];
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [
    shared,
    formStyles,
    css`
      .stack {
        display: grid;
        gap: 1rem;
      }
      ol {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr));
        gap: 0.35rem 1rem;
        margin: 0;
        padding: 0.9rem 0.9rem 0.9rem 3rem;
        border-radius: 12px;
        background: var(--sunk);
        font: 0.9375rem/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace;
        user-select: all;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0.5rem;
      }
    `,
  ];

  override render() {
    return html`<cd-dialog heading=${this.t('account.codes')} @close=${() => this.dispatchEvent(new Event('close'))}>
      <div class="stack">
        <p role="status">${this.t('account.codes.text')}</p>
        <ol>${this.codes.map((code) => html`<li>${code}</li>`)}</ol>
        <div class="buttons">
          ${navigator.clipboard
            ? html`<button type="button" class="button" @click=${this.copy}>${icon('copy', 18)}${this.t('app.copy')}</button>`
            : ''}
          <button type="button" class="button primary" @click=${() => this.dialog.close()}>${this.t('account.codes.kept')}</button>
        </div>
      </div>
    </cd-dialog>`;
  }

  private async copy() {
    try {
      await navigator.clipboard.writeText(this.codes.join('\n'));
      say(this.t('app.copied'));
    } catch {
      say(this.t('app.copy.failed'), 'alert');
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-recovery-codes': RecoveryCodes;
  }
}
