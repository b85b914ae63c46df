// Somebody new: invited by a link, or with an account that is made now.
import { html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { people, type BuiltIn, type Link } from '../../api/people';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { AdminPart } from './admin';
import { adminStyles } from './admin.css';
import './link';

const days = [1, 7, 30, 90];

@customElement('cd-person-add')
export class PersonAdd extends AdminPart {
  @state() private how: 'invite' | 'make' = 'invite';
  @state() private made: Link | undefined;
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [shared, formStyles, adminStyles];

  override render() {
    if (this.made)
      return html`<cd-link heading=${this.t('people.link.invited')} .link=${this.made} @close=${() => this.dispatchEvent(new Event('close'))}></cd-link>`;
    const invite = this.how === 'invite';
    return html`<cd-dialog heading=${this.t('people.add')} @close=${() => !this.made && this.dispatchEvent(new Event('close'))}>
      <form @submit=${this.save}>
        <div class="segments" role="group" aria-label=${this.t('people.add')}>
          ${(['invite', 'make'] as const).map(
            (how) => html`<button type="button" id=${how} aria-pressed=${this.how === how} @click=${() => this.choose(how)}>${this.t(`people.${how}`)}</button>`,
          )}
        </div>
        <p class="soft small">${this.t(`people.${this.how}.text`)}</p>
        ${invite ? nothing : this.credentials()}
        <div>
          <label class="field-label" for="full">${this.t('people.full')}</label>
          <input id="full" name="full_name" maxlength="100" autocomplete="off" aria-describedby="full-hint" />
          <p class="hint" id="full-hint">${this.t('people.full.hint')}</p>
        </div>
        ${invite ? nothing : this.email()} ${this.rights()} ${invite ? this.length() : this.language()} ${this.failure()}
        <div class="ends">
          <button type="button" class="button" @click=${() => this.dialog.close()}>${this.t('app.cancel')}</button>
          <button class="button primary" ?disabled=${this.busy}>${this.t(`people.${this.how}.do`)}</button>
        </div>
      </form>
    </cd-dialog>`;
  }

  private choose(how: 'invite' | 'make') {
    this.how = how;
    this.failed = '';
  }

  private credentials() {
    return html`<div>
        <label class="field-label" for="username">${this.t('people.username')}</label>
        <input
          id="username" name="username" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false"
          aria-describedby="username-hint"
        />
        <p class="hint" id="username-hint">${this.t('people.username.hint')}</p>
      </div>
      <div>
        <label class="field-label" for="password">${this.t('people.password')}</label>
        <input
          id="password" name="password" type="password" required minlength="8" maxlength="1024" autocomplete="new-password"
          aria-describedby="password-hint"
        />
        <p class="hint" id="password-hint">${this.t('account.password.hint')}</p>
      </div>`;
  }

  private email() {
    return html`<div>
      <label class="field-label" for="email">${this.t('people.email')}</label>
      <input id="email" name="email" type="email" maxlength="190" autocomplete="off" aria-describedby="email-hint" />
      <p class="hint" id="email-hint">${this.t('people.email.hint')}</p>
    </div>`;
  }

  private rights() {
    return html`<div>
      <label class="field-label" for="role">${this.t('people.role')}</label>
      <select id="role" name="role" aria-describedby="role-hint">
        <option value="member">${this.t('app.role.member')}</option>
        <option value="admin">${this.t('app.role.admin')}</option>
      </select>
      <p class="hint" id="role-hint">${this.t('people.role.hint')}</p>
    </div>`;
  }

  private length() {
    return html`<div>
      <label class="field-label" for="days">${this.t('people.days')}</label>
      <select id="days" name="days">
        ${days.map((n) => html`<option value=${n} ?selected=${n === 7}>${this.t(n === 1 ? 'people.day' : 'keys.days.n', { n: String(n) })}</option>`)}
      </select>
    </div>`;
  }

  private language() {
    return html`<div>
      <label class="field-label" for="language">${this.t('people.language')}</label>
      <select id="language" name="language">
        <option value="ko" lang="ko" ?selected=${this.lang_ === 'ko'}>한국어</option>
        <option value="en" lang="en" ?selected=${this.lang_ === 'en'}>English</option>
      </select>
    </div>`;
  }

  private async save(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const role: BuiltIn = text('role') === 'admin' ? 'admin' : 'member';
    const full_name = text('full_name');
    if (this.how === 'invite') {
      const made = await this.try(() => people.invite({ role, full_name, days: Number(text('days')) }));
      if (!made) return;
      this.made = made;
    } else {
      const password = String(form.get('password') ?? '');
      const language = text('language') === 'ko' ? 'ko' : 'en';
      const made = await this.try(() => people.add({ username: text('username'), email: text('email'), password, role, full_name, language }));
      if (!made) return;
      say(this.t('people.made', { name: made.username }));
      this.dialog.close();
    }
    this.dispatchEvent(new Event('changed'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-person-add': PersonAdd;
  }
}
