// A role: its name, who has it, what it allows. Made or changed as a whole, when it is saved.
import { html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { people, type Grant, type OwnRole } from '../../api/people';
import { plain } from '../../model/plain';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { AdminPart } from '../people/admin';
import { adminStyles } from '../people/admin.css';
import type { Choice } from './choice';
import './grant';
import { grantActions, grantWords } from './grant-list';
import { grantToolStyles } from './roles.css';
import './who';
import type { WhoField } from './who';

@customElement('cd-role-edit')
export class RoleEdit extends AdminPart {
  @property({ attribute: false }) role_?: OwnRole; // none: a new one
  @property({ attribute: false }) choice!: Choice;
  @state() private members: string[] = [];
  @state() private includes: string[] = [];
  @state() private grants: Grant[] = [];
  @state() private editing: number | undefined; // which grant; its length: a new one
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [shared, formStyles, adminStyles, grantToolStyles];

  override willUpdate(changed: Map<string, unknown>) {
    if (!this.hasUpdated || changed.has('role_')) {
      this.members = this.role_?.members ?? [];
      this.includes = this.role_?.includes ?? [];
      this.grants = this.role_?.grants ?? [];
    }
  }

  override render() {
    const role = this.role_;
    return html`<cd-dialog heading=${role ? plain(role.name) : this.t('roles.add')} @close=${() => this.dispatchEvent(new Event('close'))}>
        <form @submit=${this.save}>
          ${role
            ? nothing
            : html`<div>
                <label class="field-label" for="name">${this.t('roles.name')}</label>
                <input id="name" name="name" required maxlength="64" autocomplete="off" autocapitalize="none" aria-describedby="name-hint" />
                <p class="hint" id="name-hint">${this.t('roles.name.hint')}</p>
              </div>`}
          ${this.allowed()}
          <cd-who .label=${this.t('roles.members')} .choice=${this.choice} .values=${this.members} @words=${(event: Event) => (this.members = (event.target as WhoField).values)}></cd-who>
          ${this.included()}
          <div>
            <label class="field-label" for="note">${this.t('roles.note')}</label>
            <input id="note" name="note" maxlength="200" autocomplete="off" .value=${role?.note ?? ''} />
          </div>
          ${this.failure()}
          <div class="ends">
            <button type="button" class="button" @click=${() => this.dialog.close()}>${this.t('app.cancel')}</button>
            <button class="button primary" ?disabled=${this.busy}>${this.t(role ? 'app.save' : 'roles.add')}</button>
          </div>
        </form>
      </cd-dialog>
      ${this.editing === undefined
        ? nothing
        : html`<cd-grant .grant=${this.grants[this.editing] ?? {}} .choice=${this.choice} .keep=${this.keep} @close=${() => (this.editing = undefined)}></cd-grant>`}`;
  }

  private allowed() {
    const { names } = this.choice;
    return html`<fieldset>
      <legend class="field-label">${this.t('roles.grants')}</legend>
      ${this.grants.length
        ? html`<ul class="grants">
            ${this.grants.map(
              (grant, i) => html`<li>
                ${grantWords(grant, this.lang_, names)}
                ${grantActions(grant, this.lang_, names, () => (this.editing = i), () => (this.grants = this.grants.filter((_, at) => at !== i)))}
              </li>`,
            )}
          </ul>`
        : html`<p class="soft small">${this.t('roles.grants.none')}</p>`}
      <button type="button" class="button add" id="add-grant" @click=${() => (this.editing = this.grants.length)}>${icon('plus', 18)}${this.t('grant.add')}</button>
    </fieldset>`;
  }

  private included() {
    const others = this.choice.roles.filter(({ name }) => name !== this.role_?.name);
    const check = (name: string, label: string) => html`<label class="check">
      <input type="checkbox" value=${name} .checked=${this.includes.includes(name)} @change=${(event: Event) => this.include(name, (event.target as HTMLInputElement).checked)} />
      <span>${label}</span>
    </label>`;
    return html`<fieldset>
      <legend class="field-label">${this.t('roles.includes')}</legend>
      ${check('member', this.t('roles.includes.member'))} ${others.map(({ name }) => check(name, plain(name)))}
    </fieldset>`;
  }

  private include(name: string, on: boolean) {
    this.includes = on ? [...this.includes, name] : this.includes.filter((one) => one !== name);
  }

  private readonly keep = async (grant: Grant) => {
    const at = this.editing ?? this.grants.length;
    this.grants = [...this.grants.slice(0, at), grant, ...this.grants.slice(at + 1)];
  };

  private async save(event: SubmitEvent) {
    event.preventDefault();
    this.renderRoot.querySelector<WhoField>('cd-who')?.add();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const { members, includes, grants } = this;
    const to = { members, includes, grants, note: text('note') };
    const role = this.role_;
    const done = await this.try(() => (role ? people.changeRole(role.name, to) : people.addRole({ ...to, name: text('name') })));
    if (!done) return;
    say(this.t('app.saved'));
    this.dialog.close();
    this.dispatchEvent(new Event('changed'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-role-edit': RoleEdit;
  }
}
