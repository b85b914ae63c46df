// One's passkeys: added, renamed, removed.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { account, type Passkey } from '../../api/account';
import { describeAgent } from '../../model/agent';
import { formatAgo, formatTime } from '../../model/format';
import { canMakePasskeys, createPasskey } from '../../model/passkey';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { accountStyles } from './account.css';
import { Part } from './part';

@customElement('cd-account-passkeys')
export class AccountPasskeys extends Part {
  @state() private naming: Passkey | 'new' | undefined;
  @state() private removing: Passkey | undefined;

  static override styles = [shared, formStyles, accountStyles];

  override render() {
    const { host, keys } = this.account.passkeys;
    const can = canMakePasskeys(host);
    return html`<section class="card" aria-labelledby="heading">
        <div class="head">
          <h2 id="heading">${this.t('account.passkeys')}</h2>
          ${can
            ? html`<button class="button" id="add" @click=${() => this.whenFresh(() => this.name('new'))}>${icon('plus', 18)}${this.t('account.passkey.add')}</button>`
            : nothing}
        </div>
        <p class="soft small text">${this.t('account.passkeys.text')}</p>
        ${keys.length ? html`<ul>${keys.map((key) => this.row(key))}</ul>` : nothing}
        ${this.about(host, keys, can)}
      </section>
      ${this.naming ? this.nameDialog(this.naming) : nothing} ${this.removing ? this.removeDialog(this.removing) : nothing}
      ${this.againDialog()}`;
  }

  private about(host: string, keys: Passkey[], can: boolean) {
    if (!host) return html`<p class="soft small empty">${this.t('account.passkeys.off')}</p>`;
    if (!can) return html`<p class="soft small empty">${this.t('account.passkeys.elsewhere', { host })}</p>`;
    return keys.length ? nothing : html`<p class="soft small empty">${this.t('account.passkeys.none')}</p>`;
  }

  private row(key: Passkey) {
    const name = plain(key.name, 100);
    return html`<li class="roomy">
      <strong><bdi>${name}</bdi></strong>
      <div class="buttons">
        <button class="button" aria-label=${`${this.t('account.passkey.rename')}: ${name}`} @click=${() => this.name(key)}>${this.t('account.passkey.rename')}</button>
        <button class="button" aria-label=${`${this.t('account.remove')}: ${name}`} @click=${() => this.whenFresh(() => this.ask(key))}>${this.t('account.remove')}</button>
      </div>
      <div class="about soft small">
        <span>${this.t('account.passkey.made', { time: formatTime(key.created, this.lang_) })}</span>
        ${key.last_used ? html`<span>${this.t('account.session.used', { time: formatAgo(key.last_used, Date.now(), this.lang_) })}</span>` : nothing}
        ${key.backed_up ? html`<span>${this.t('account.passkey.synced')}</span>` : nothing}
      </div>
    </li>`;
  }

  private name(key: Passkey | 'new') {
    this.failed = '';
    this.naming = key;
  }
  private ask(key: Passkey) {
    this.failed = '';
    this.removing = key;
  }

  private nameDialog(key: Passkey | 'new') {
    const heading = this.t(key === 'new' ? 'account.passkey.add' : 'account.passkey.rename');
    const value = key === 'new' ? describeAgent(navigator.userAgent) : key.name;
    return html`<cd-dialog heading=${heading} @close=${() => (this.naming = undefined)}>
      <form @submit=${this.save}>
        <div>
          <label class="field-label" for="name">${this.t('account.passkey.name')}</label>
          <input id="name" name="name" required maxlength="100" autocomplete="off" .value=${value} aria-describedby="name-hint" />
          <p class="hint" id="name-hint">${this.t('account.passkey.name.hint')}</p>
        </div>
        ${this.failure()}
        <div class="buttons">
          <button type="button" class="button" @click=${() => (this.naming = undefined)}>${this.t('app.cancel')}</button>
          <button class="button primary" ?disabled=${this.busy}>${key === 'new' ? heading : this.t('app.save')}</button>
        </div>
      </form>
    </cd-dialog>`;
  }

  private removeDialog(key: Passkey) {
    return html`<cd-dialog heading=${this.t('account.passkey.remove.title')} @close=${() => (this.removing = undefined)}>
      <div class="stack">
        <p>${this.t('account.passkey.remove.text', { name: plain(key.name, 100) })}</p>
        ${this.failure()}
        <div class="buttons">
          <button type="button" class="button" @click=${() => (this.removing = undefined)}>${this.t('app.cancel')}</button>
          <button type="button" class="button primary" id="yes" ?disabled=${this.busy} @click=${() => void this.takeAway(key)}>${this.t('account.remove')}</button>
        </div>
      </div>
    </cd-dialog>`;
  }

  private async save(event: SubmitEvent) {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get('name') ?? '').trim();
    const key = this.naming;
    if (!key) return;
    const done = await this.try(() => (key === 'new' ? this.add(name) : account.renamePasskey(key.id, name).then(() => true)));
    if (!done) return;
    this.naming = undefined;
    if (key === 'new') say(this.t('account.passkey.added'));
    this.changed();
  }

  private async add(name: string): Promise<boolean> {
    const options = await account.beginPasskey();
    let made;
    try {
      made = await createPasskey(options);
    } catch (error) {
      const twice = error instanceof DOMException && error.name === 'InvalidStateError';
      throw new Error(this.t(twice ? 'account.passkey.twice' : 'account.passkey.failed'));
    }
    if (!made) return false;
    await account.addPasskey({ name, ...made });
    return true;
  }

  private async takeAway(key: Passkey) {
    const done = await this.try(async () => (await account.removePasskey(key.id), true));
    if (!done) return;
    this.removing = undefined;
    this.changed();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-account-passkeys': AccountPasskeys;
  }
}
