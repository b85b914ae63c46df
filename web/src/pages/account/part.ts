// What every part of the account page does: asks, says what went wrong, and sends people to sign in
// again where the gateway wants it.
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { OwnAccount } from '../../api/account';
import { ApiError, errorText } from '../../api/http';
import { accountError } from '../../model/account-errors';
import { View } from '../../app/settings';
import '../../ui/dialog';
import { say } from '../../ui/toast';

export class Part extends View {
  @property({ attribute: false }) account!: OwnAccount;
  @state() protected busy = false;
  @state() protected failed = ''; // shown in the open dialog
  @state() private again = false;

  // Runs `work` only soon after signing in; else asks for it.
  protected whenFresh(work: () => void) {
    if (this.account.fresh) work();
    else this.again = true;
  }

  // The dialog to sign in again, where it is open.
  protected againDialog() {
    if (!this.again) return nothing;
    const back = encodeURIComponent(location.pathname);
    return html`<cd-dialog id="again" heading=${this.t('account.again')} @close=${() => (this.again = false)}>
      <div class="stack">
        <p>${this.t('account.again.text')}</p>
        <div class="buttons">
          <button type="button" class="button" @click=${() => (this.again = false)}>${this.t('app.cancel')}</button>
          <a class="button primary" href=${`/auth/login?again=1&return_to=${back}`}>${this.t('account.again')}</a>
        </div>
      </div>
    </cd-dialog>`;
  }

  // undefined: it failed, and was said in the dialog (or, without one, at the edge of the page).
  protected async try<T>(work: () => Promise<T>, inDialog = true): Promise<T | undefined> {
    this.busy = true;
    this.failed = '';
    try {
      return await work();
    } catch (error) {
      // The session grew old while the page was open.
      if (error instanceof ApiError && error.status === 403 && this.account.fresh) this.changed();
      const word = accountError(errorText(error));
      const said = word ? this.t(word) : errorText(error);
      if (inDialog) this.failed = said;
      else say(said, 'alert');
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  protected changed() {
    this.dispatchEvent(new Event('changed', { bubbles: true, composed: true }));
  }

  protected failure() {
    return this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing;
  }
}
