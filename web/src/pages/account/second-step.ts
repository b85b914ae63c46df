// What is asked for after the password: an authenticator app, a passkey; and recovery codes.
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { account, type AppToSetUp } from '../../api/account';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { accountStyles } from './account.css';
import './codes';
import { Part } from './part';

type Question = 'remove-app' | 'new-codes';

@customElement('cd-account-second-step')
export class AccountSecondStep extends Part {
  @state() private app: AppToSetUp | undefined; // being set up
  @state() private codes: string[] = []; // to be shown
  @state() private question: Question | undefined;

  static override styles = [
    shared,
    formStyles,
    accountStyles,
    css`
      img {
        display: block;
        width: min(14rem, 100%);
        margin: 0 auto;
        border-radius: 12px;
        background: #fff;
      }
      code {
        display: block;
        margin-top: 0.3rem;
        overflow-wrap: anywhere;
        user-select: all;
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.6rem;
      }
    `,
  ];

  override render() {
    const factor = this.account.second_factor;
    const on = factor.app || factor.passkeys;
    return html`<section class="card" aria-labelledby="heading">
        <h2 id="heading">${this.t('account.second')}</h2>
        <p class="soft small text">${this.t('account.second.text')} ${factor.needed ? this.t('account.second.needed') : nothing}</p>
        <div class="rows">
          <div class="row" id="app">
            <div class="title"><strong>${this.t('account.app')}</strong>${this.state(factor.app)}</div>
            ${factor.app
              ? html`<button class="button" @click=${() => this.whenFresh(() => this.ask('remove-app'))}>${this.t('account.remove')}</button>`
              : html`<button class="button" @click=${() => this.whenFresh(() => void this.begin())}>${this.t('account.app.add')}</button>`}
            <p class="about soft small">${this.t('account.app.text')}</p>
          </div>
          ${this.account.passkeys.keys.length ? this.passkeyRow(factor.passkeys) : nothing}
          ${on
            ? html`<div class="row" id="codes">
                <strong>${this.t('account.codes')}</strong>
                <button class="button" @click=${() => this.whenFresh(() => this.ask('new-codes'))}>${this.t('account.codes.new')}</button>
                <p class="about soft small">${this.t('account.codes.left', { n: String(factor.recovery_codes_left) })}</p>
              </div>`
            : nothing}
        </div>
      </section>
      ${this.app ? this.setUp(this.app) : nothing} ${this.question ? this.asked(this.question) : nothing}
      ${this.codes.length ? html`<cd-recovery-codes .codes=${this.codes} @close=${() => (this.codes = [])}></cd-recovery-codes>` : nothing}
      ${this.againDialog()}`;
  }

  private state(on: boolean) {
    return html`<span class="pill ${on ? 'good' : ''}">${this.t(on ? 'account.on' : 'account.off')}</span>`;
  }

  private passkeyRow(on: boolean) {
    const change = (event: Event) => {
      const box = event.target as HTMLInputElement;
      const wanted = box.checked;
      box.checked = on; // until it is so
      this.whenFresh(() => void this.askForPasskeys(wanted));
    };
    return html`<div class="row">
      <label class="switch"><input type="checkbox" id="ask" .checked=${on} @change=${change} />${this.t('account.passkey.ask')}</label>
    </div>`;
  }

  private setUp(app: AppToSetUp) {
    const picture = `data:image/svg+xml,${encodeURIComponent(app.qr)}`;
    return html`<cd-dialog heading=${this.t('account.app')} @close=${() => (this.app = undefined)}>
      <form @submit=${this.finish}>
        <p>${this.t('account.app.scan')}</p>
        <img src=${picture} alt=${this.t('account.app.qr')} width="224" height="224" />
        <div>
          <span class="small soft">${this.t('account.app.key')}</span>
          <code>${app.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
        </div>
        <div>
          <label class="field-label" for="code">${this.t('account.app.code')}</label>
          <input id="code" name="code" required inputmode="numeric" autocomplete="one-time-code" maxlength="10" />
        </div>
        ${this.failure()}
        <div class="buttons">
          <button type="button" class="button" @click=${() => (this.app = undefined)}>${this.t('app.cancel')}</button>
          <button class="button primary" ?disabled=${this.busy}>${this.t('account.next')}</button>
        </div>
      </form>
    </cd-dialog>`;
  }

  private asked(question: Question) {
    const remove = question === 'remove-app';
    const close = () => (this.question = undefined);
    return html`<cd-dialog heading=${this.t(remove ? 'account.app.remove.title' : 'account.codes.new')} @close=${close}>
      <div class="stack">
        <p>${this.t(remove ? 'account.app.remove.text' : 'account.codes.new.text')}</p>
        ${this.failure()}
        <div class="buttons">
          <button type="button" class="button" @click=${close}>${this.t('app.cancel')}</button>
          <button type="button" class="button primary" id="yes" ?disabled=${this.busy} @click=${() => void (remove ? this.takeAway() : this.renew())}>
            ${this.t(remove ? 'account.remove' : 'account.codes.new')}
          </button>
        </div>
      </div>
    </cd-dialog>`;
  }

  private ask(question: Question) {
    this.failed = '';
    this.question = question;
  }

  private async begin() {
    this.app = await this.try(account.beginApp, false);
  }

  private async finish(event: SubmitEvent) {
    event.preventDefault();
    const code = String(new FormData(event.target as HTMLFormElement).get('code') ?? '');
    const codes = await this.try(() => account.finishApp(code));
    if (!codes) return;
    this.app = undefined;
    this.codes = codes;
    this.changed();
  }

  private async askForPasskeys(wanted: boolean) {
    const codes = await this.try(() => account.askForPasskeys(wanted), false);
    if (!codes) return;
    this.codes = codes;
    this.changed();
  }

  private async takeAway() {
    const done = await this.try(async () => (await account.removeApp(), true));
    if (!done) return;
    this.question = undefined;
    this.changed();
  }

  private async renew() {
    const codes = await this.try(account.newCodes);
    if (!codes) return;
    this.question = undefined;
    this.codes = codes;
    this.changed();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-account-second-step': AccountSecondStep;
  }
}
