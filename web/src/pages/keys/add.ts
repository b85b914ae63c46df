// A new key: what it may do; then the key itself, this once.
import { css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { api } from '../../api/client';
import { errorText } from '../../api/http';
import type { MadeKey, NewKey } from '../../api/types';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';

const scopes = ['read', 'control', 'verify', 'admin'] as const;
const days = [7, 30, 90, 365];

@customElement('cd-key-add')
export class KeyAdd extends View {
  @property({ type: Boolean }) admin = false;
  @state() private made: MadeKey | undefined;
  @state() private failed = '';
  @state() private busy = false;
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [
    shared,
    formStyles,
    css`
      form,
      .made {
        display: grid;
        gap: 1rem;
      }
      fieldset {
        display: grid;
        gap: 0.5rem;
        margin: 0;
        padding: 0;
        border: 0;
      }
      fieldset label {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        min-height: 1.9rem;
      }
      .ends {
        display: flex;
        justify-content: flex-end;
        gap: 0.5rem;
      }
      code {
        padding: 0.75rem;
        border-radius: 12px;
        background: var(--sunk);
        overflow-wrap: anywhere;
        user-select: all;
      }
    `,
  ];

  override render() {
    return html`<cd-dialog heading=${this.t(this.made ? 'keys.made' : 'keys.add')} @close=${() => this.dispatchEvent(new Event('close'))}>
      ${this.made ? this.shown(this.made) : this.form()}
    </cd-dialog>`;
  }

  private form() {
    return html`<form @submit=${this.save}>
      <div>
        <label class="field-label" for="name">${this.t('keys.name')}</label>
        <input id="name" name="name" required maxlength="100" autocomplete="off" aria-describedby="name-hint" />
        <p class="hint" id="name-hint">${this.t('keys.name.hint')}</p>
      </div>
      <fieldset>
        <legend class="field-label">${this.t('keys.scopes')}</legend>
        ${scopes.map((scope) =>
          scope === 'admin' && !this.admin
            ? nothing
            : html`<label><input type="checkbox" name="scopes" value=${scope} ?checked=${scope === 'read'} />${this.t(`keys.scope.${scope}`)}</label>`,
        )}
      </fieldset>
      ${this.admin
        ? html`<div>
            <label class="field-label" for="role">${this.t('keys.role')}</label>
            <select id="role" name="role">
              <option value="member">${this.t('app.role.member')}</option>
              <option value="admin">${this.t('app.role.admin')}</option>
            </select>
          </div>`
        : nothing}
      <div>
        <label class="field-label" for="addresses">${this.t('keys.addresses')}</label>
        <input id="addresses" name="addresses" autocomplete="off" placeholder="192.168.0.0/24" aria-describedby="addresses-hint" />
        <p class="hint" id="addresses-hint">${this.t('keys.addresses.hint')}</p>
      </div>
      <div>
        <label class="field-label" for="days">${this.t('keys.days')}</label>
        <select id="days" name="days">
          ${days.map((n) => html`<option value=${n} ?selected=${n === 90}>${this.t('keys.days.n', { n: String(n) })}</option>`)}
        </select>
      </div>
      ${this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing}
      <div class="ends">
        <button type="button" class="button" @click=${() => this.dialog.close()}>${this.t('app.cancel')}</button>
        <button class="button primary" ?disabled=${this.busy}>${this.t('keys.add')}</button>
      </div>
    </form>`;
  }

  private shown(made: MadeKey) {
    return html`<div class="made">
      <p role="status">${this.t('keys.made.text')}</p>
      <code>${made.key}</code>
      <div class="ends">
        ${navigator.clipboard
          ? html`<button type="button" class="button" @click=${() => this.copy(made.key)}>${icon('copy', 18)}${this.t('keys.copy')}</button>`
          : nothing}
        <button type="button" class="button primary" @click=${() => this.dialog.close()}>${this.t('keys.done')}</button>
      </div>
    </div>`;
  }

  private async copy(key: string) {
    try {
      await navigator.clipboard.writeText(key);
      say(this.t('keys.copied'));
    } catch {
      // The browser does not allow it; the text can be chosen by hand.
    }
  }

  private async save(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const addresses = String(form.get('addresses') ?? '').split(',').map((text) => text.trim()).filter(Boolean);
    const key: NewKey = {
      name: String(form.get('name') ?? '').trim(),
      scopes: form.getAll('scopes').map(String),
      days: Number(form.get('days')),
      role: form.get('role') === 'admin' ? 'admin' : 'member',
      addresses,
    };
    this.busy = true;
    this.failed = '';
    try {
      this.made = await api.addKey(key);
      this.dispatchEvent(new Event('changed'));
    } catch (error) {
      this.failed = errorText(error);
    }
    this.busy = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-key-add': KeyAdd;
  }
}
