// The password: changed with the current one, or set by who has none.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { account } from '../../api/account';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { accountStyles } from './account.css';
import { Part } from './part';

@customElement('cd-account-password')
export class AccountPassword extends Part {
  @state() private open = false;

  static override styles = [shared, formStyles, accountStyles];

  override render() {
    const has = this.account.password;
    const start = () => {
      this.failed = '';
      this.open = true;
    };
    return html`<section class="card" aria-labelledby="heading">
        <div class="head">
          <h2 id="heading">${this.t('account.password')}</h2>
          <button class="button" id="change" @click=${() => (has ? start() : this.whenFresh(start))}>
            ${this.t(has ? 'account.password.change' : 'account.password.set')}
          </button>
        </div>
        <p class="soft small text">${this.t(has ? 'account.password.text' : 'account.password.none')}</p>
      </section>
      ${this.open ? this.dialog(has) : nothing}${this.againDialog()}`;
  }

  private dialog(has: boolean) {
    return html`<cd-dialog
      heading=${this.t(has ? 'account.password.change' : 'account.password.set')}
      @close=${() => (this.open = false)}
    >
      <form @submit=${this.save}>
        <input type="text" autocomplete="username" .value=${this.account.username} hidden readonly />
        ${has
          ? html`<div>
              <label class="field-label" for="current">${this.t('account.password.current')}</label>
              <input id="current" name="current" type="password" required autocomplete="current-password" />
            </div>`
          : nothing}
        <div>
          <label class="field-label" for="password">${this.t('account.password.new')}</label>
          <input
            id="password" name="password" type="password" required minlength="8" maxlength="1024"
            autocomplete="new-password" aria-describedby="hint"
          />
          <p class="hint" id="hint">${this.t('account.password.hint')}</p>
        </div>
        ${this.failure()}
        <div class="buttons">
          <button type="button" class="button" @click=${() => (this.open = false)}>${this.t('app.cancel')}</button>
          <button class="button primary" ?disabled=${this.busy}>${this.t('app.save')}</button>
        </div>
      </form>
    </cd-dialog>`;
  }

  private async save(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '');
    const done = await this.try(async () => {
      await account.changePassword(text('current'), text('password'));
      return true;
    });
    if (!done) return;
    this.open = false;
    say(this.t('account.password.changed'));
    this.changed();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-account-password': AccountPassword;
  }
}
