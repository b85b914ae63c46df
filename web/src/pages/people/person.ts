// One person, as administrators manage them.
import { css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { people, type Link, type Person, type PersonChange } from '../../api/people';
import { roleLabel } from '../../model/access-answer';
import { plain } from '../../model/plain';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { AdminPart } from './admin';
import { adminStyles } from './admin.css';
import './link';
import './sessions';

type Question = 'factor' | 'disable' | 'delete';

@customElement('cd-person')
export class PersonDialog extends AdminPart {
  @property({ attribute: false }) person!: Person;
  @property({ attribute: false }) roles: string[] = [];
  @property({ type: Boolean }) own = false; // the administrator themselves
  @state() private link: Link | undefined;
  @state() private asking: Question | undefined;
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [
    shared,
    formStyles,
    adminStyles,
    css`
      h3 {
        margin-bottom: 0.5rem;
        font-size: 0.9375rem;
      }
      section {
        padding-top: 1rem;
        border-top: 1px solid var(--line);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .hint {
        margin: 0.4rem 0 0;
      }
    `,
  ];

  override render() {
    const { person } = this;
    const name = plain(person.full_name || person.username, 100);
    return html`<cd-dialog heading=${name} @close=${() => this.dispatchEvent(new Event('close'))}>
        <div class="stack">
          ${this.form(person)}
          ${this.own ? html`<p class="soft small">${this.t('people.own')} <a href="/account">${this.t('account.title')}</a></p>` : this.help(person)}
          <cd-person-sessions .user=${person.username}></cd-person-sessions>
          ${this.own ? nothing : this.account(person)}
        </div>
      </cd-dialog>
      ${this.link
        ? html`<cd-link heading=${this.t('people.reset')} .link=${this.link} @close=${() => (this.link = undefined)}></cd-link>`
        : nothing}
      ${this.asking ? this.question(this.asking, name) : nothing}`;
  }

  private form(person: Person) {
    return html`<form @submit=${this.save}>
      <p class="soft small">
        ${person.username}${this.roles.length
          ? html` · ${this.t('access.roles', { names: this.roles.map((role) => roleLabel(role, this.lang_)).join(', ') })}`
          : nothing}
        · <a href=${`/access?who=${encodeURIComponent(`person:${person.username}`)}`}>${this.t('people.sees')}</a>
      </p>
      <div>
        <label class="field-label" for="full">${this.t('people.full')}</label>
        <input id="full" name="full_name" maxlength="100" autocomplete="off" .value=${person.full_name} />
      </div>
      <div>
        <label class="field-label" for="email">${this.t('people.email')}</label>
        <input id="email" name="email" type="email" maxlength="190" autocomplete="off" .value=${person.email ?? ''} />
      </div>
      <div class="pair">
        <div>
          <label class="field-label" for="role">${this.t('people.role')}</label>
          <select id="role" name="role">
            ${(['member', 'admin'] as const).map(
              (role) => html`<option value=${role} ?selected=${role === person.role}>${this.t(`app.role.${role}`)}</option>`,
            )}
          </select>
        </div>
        <div>
          <label class="field-label" for="language">${this.t('people.language')}</label>
          <select id="language" name="language">
            <option value="ko" lang="ko" ?selected=${person.language === 'ko'}>한국어</option>
            <option value="en" lang="en" ?selected=${person.language === 'en'}>English</option>
          </select>
        </div>
      </div>
      ${this.asking ? nothing : this.failure()}
      <div class="ends"><button class="button primary" ?disabled=${this.busy}>${this.t('app.save')}</button></div>
    </form>`;
  }

  private help(person: Person) {
    return html`<section aria-labelledby="help">
      <h3 id="help">${this.t('people.help')}</h3>
      <div class="buttons">
        <button type="button" class="button" id="reset" ?disabled=${this.busy || person.disabled} @click=${() => void this.makeLink()}>
          ${this.t('people.reset')}
        </button>
        <button type="button" class="button" id="factor" @click=${() => this.ask('factor')}>${this.t('people.factor')}</button>
      </div>
      <p class="hint">${this.t('people.reset.text')}</p>
    </section>`;
  }

  private account(person: Person) {
    return html`<section aria-labelledby="account">
      <h3 id="account">${this.t('people.account')}</h3>
      <div class="buttons">
        ${person.disabled
          ? html`<button type="button" class="button" id="enable" ?disabled=${this.busy} @click=${() => void this.enable()}>${this.t('people.enable')}</button>`
          : html`<button type="button" class="button" id="disable" @click=${() => this.ask('disable')}>${this.t('people.disable')}</button>`}
        <button type="button" class="button danger" id="delete" @click=${() => this.ask('delete')}>${this.t('people.delete')}</button>
      </div>
    </section>`;
  }

  private ask(question: Question) {
    this.failed = '';
    this.asking = question;
  }

  private question(question: Question, name: string) {
    const done = () => (this.asking = undefined);
    return html`<cd-dialog heading=${this.t(`people.${question}.title`)} @close=${done}>
      <div class="stack">
        <p>${this.t(`people.${question}.text`, { name })}</p>
        ${this.failure()}
        <div class="ends">
          <button type="button" class="button" @click=${done}>${this.t('app.cancel')}</button>
          <button type="button" class="button primary" id="yes" ?disabled=${this.busy} @click=${() => void this.answer(question)}>
            ${this.t(question === 'factor' ? 'roles.remove' : `people.${question}`)}
          </button>
        </div>
      </div>
    </cd-dialog>`;
  }

  private async answer(question: Question) {
    const { username } = this.person;
    const done = await this.try(async () => {
      if (question === 'factor') await people.forgetFactors(username);
      else if (question === 'disable') await people.change(username, { disabled: true });
      else await people.remove(username);
      return true;
    });
    if (!done) return;
    say(this.t(`people.${question}.done`));
    this.asking = undefined;
    if (question === 'delete') this.dialog.close();
    this.tell('changed');
  }

  private async enable() {
    if (!(await this.try(() => people.change(this.person.username, { disabled: false })))) return;
    say(this.t('people.enable.done'));
    this.tell('changed');
  }

  private async makeLink() {
    this.link = await this.try(() => people.resetLink(this.person.username));
  }

  // Only what was changed: a role that is sent again would end the sessions.
  private async save(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const { person } = this;
    const to: PersonChange = {};
    if (text('full_name') !== person.full_name) to.full_name = text('full_name');
    if (text('email') !== (person.email ?? '')) to.email = text('email');
    if (text('role') !== person.role) to.role = text('role') === 'admin' ? 'admin' : 'member';
    if (text('language') !== person.language) to.language = text('language') === 'ko' ? 'ko' : 'en';
    if (Object.keys(to).length && !(await this.try(() => people.change(person.username, to)))) return;
    say(this.t('app.saved'));
    this.dialog.close();
    this.tell('changed');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-person': PersonDialog;
  }
}
