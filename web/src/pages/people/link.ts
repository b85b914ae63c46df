// A link that is shown this once: copied and handed on.
import { html, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { Link } from '../../api/people';
import { View } from '../../app/settings';
import { formatTime, withoutSeconds } from '../../model/format';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { adminStyles } from './admin.css';

@customElement('cd-link')
export class LinkShown extends View {
  @property() heading = '';
  @property({ attribute: false }) link!: Link;
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [shared, formStyles, adminStyles];

  override render() {
    const { link, expires } = this.link;
    return html`<cd-dialog heading=${this.heading} @close=${() => this.dispatchEvent(new Event('close'))}>
      <div class="stack">
        <p role="status">${this.t('people.link.text', { time: formatTime(expires, this.lang_, Date.now(), withoutSeconds) })}</p>
        <code>${link}</code>
        <div class="ends">
          ${navigator.clipboard
            ? html`<button type="button" class="button" id="copy" @click=${() => void this.copy()}>${icon('copy', 18)}${this.t('app.copy')}</button>`
            : nothing}
          <button type="button" class="button primary" @click=${() => this.dialog.close()}>${this.t('people.link.done')}</button>
        </div>
      </div>
    </cd-dialog>`;
  }

  private async copy() {
    try {
      await navigator.clipboard.writeText(this.link.link);
      say(this.t('app.copied'));
    } catch {
      say(this.t('app.copy.failed'), 'alert');
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-link': LinkShown;
  }
}
