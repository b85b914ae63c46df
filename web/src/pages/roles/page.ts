// Roles: who has them, and what they allow, in the words of the home; what was given to somebody directly.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { people, type Grant, type OwnRole } from '../../api/people';
import { FollowHome } from '../../api/store';
import { roleLabel } from '../../model/access-answer';
import { plain } from '../../model/plain';
import '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import type { Word } from '../../words/i18n';
import { AdminPage } from '../people/admin';
import { adminStyles } from '../people/admin.css';
import { Choice } from './choice';
import './edit';
import './grant';
import { grantActions, grantSentence, grantWords } from './grant-list';
import { grantToolStyles, rolesStyles } from './roles.css';

@customElement('cd-roles')
export class RolesPage extends AdminPage {
  @state() private choice: Choice | undefined;
  @state() private grants: Grant[] = [];
  @state() private editing: OwnRole | 'new' | undefined;
  @state() private granting: Grant | undefined;
  @state() private removing: OwnRole | Grant | undefined;

  static override styles = [shared, formStyles, adminStyles, grantToolStyles, rolesStyles];
  protected readonly heading: Word = 'roles.title';

  constructor() {
    super();
    new FollowHome(this); // names of devices
  }

  protected async read() {
    const [roles, grants] = await Promise.all([people.roles(), people.grants()]);
    const choice = await Choice.read(this.lang_, roles);
    this.grants = grants;
    this.choice = choice;
  }

  protected content() {
    const { choice } = this;
    choice?.speak(this.lang_);
    return html`
      <div class="head">
        <h1 tabindex="-1">${this.t('roles.title')}</h1>
        ${choice
          ? html`<button class="button" id="add" @click=${() => (this.editing = 'new')}>${icon('plus', 18)}${this.t('roles.add')}</button>`
          : nothing}
      </div>
      <p class="soft text">${this.t('roles.text')}</p>
      ${choice ? this.known(choice) : this.waiting()}
    `;
  }

  private known(choice: Choice) {
    return html`
      ${choice.roles.length
        ? html`<div class="cards">${choice.roles.map((role) => this.card(role, choice))}</div>`
        : html`<p class="card empty soft">${this.t('roles.none')}</p>`}
      <section class="direct" aria-labelledby="direct">
        <div class="head">
          <h2 id="direct">${this.t('roles.direct')}</h2>
          <button class="button" id="add-direct" @click=${() => (this.granting = {})}>${icon('plus', 18)}${this.t('grant.add')}</button>
        </div>
        <p class="soft text">${this.t('roles.direct.text')}</p>
        ${this.grants.length
          ? html`<div class="cards">${this.grants.map((grant) => this.direct(grant, choice))}</div>`
          : html`<p class="card empty soft">${this.t('roles.direct.none')}</p>`}
      </section>
      ${this.editing
        ? html`<cd-role-edit .role_=${this.editing === 'new' ? undefined : this.editing} .choice=${choice} @changed=${() => void this.load()} @close=${() => (this.editing = undefined)}></cd-role-edit>`
        : nothing}
      ${this.granting
        ? html`<cd-grant directed .grant=${this.granting} .choice=${choice} .keep=${this.keep} @close=${() => (this.granting = undefined)}></cd-grant>`
        : nothing}
      ${this.removing ? this.question(this.removing, choice) : nothing}
    `;
  }

  private source(of: OwnRole | Grant) {
    return of.source === 'settings' ? html`<span class="pill" title=${this.t('roles.settings.text')}>${this.t('roles.settings')}</span>` : nothing;
  }

  private card(role: OwnRole, choice: Choice) {
    const name = plain(role.name);
    const { names } = choice;
    const own = role.source !== 'settings';
    return html`<article class="card" aria-label=${name}>
      <div class="head">
        <div class="title"><h2><bdi>${name}</bdi></h2>${this.source(role)}</div>
        ${own
          ? html`<div class="ends">
              <button class="button" aria-label=${`${this.t('roles.edit')}: ${name}`} @click=${() => (this.editing = role)}>${this.t('roles.edit')}</button>
              <button class="button" aria-label=${`${this.t('roles.remove')}: ${name}`} @click=${() => (this.removing = role)}>${this.t('roles.remove')}</button>
            </div>`
          : nothing}
      </div>
      ${role.note ? html`<p class="soft small">${plain(role.note, 200)}</p>` : nothing}
      <div>
        <h3>${this.t('roles.grants')}</h3>
        ${role.grants.length
          ? html`<ul class="grants">${role.grants.map((grant) => html`<li>${grantWords(grant, this.lang_, names)}</li>`)}</ul>`
          : html`<p class="soft small">${this.t('roles.grants.none')}</p>`}
        ${role.includes?.length
          ? html`<p class="soft small">${this.t('roles.includes.list', { names: role.includes.map((one) => roleLabel(one, this.lang_)).join(', ') })}</p>`
          : nothing}
      </div>
      <div>
        <h3>${this.t('roles.members')}</h3>
        ${role.members?.length
          ? html`<p>${role.members.map((who) => choice.label(who, this.lang_)).join(', ')}</p>`
          : html`<p class="soft small">${this.t('roles.members.none')}</p>`}
      </div>
    </article>`;
  }

  private direct(grant: Grant, choice: Choice) {
    const { names } = choice;
    return html`<article class="card">
      <div class="head">
        <div class="title">
          <strong>${grant.who?.map((who) => choice.label(who, this.lang_)).join(', ')}</strong>
          ${this.source(grant)}
        </div>
        ${grant.id ? grantActions(grant, this.lang_, names, () => (this.granting = grant), () => (this.removing = grant)) : nothing}
      </div>
      <ul class="grants"><li>${grantWords(grant, this.lang_, names)}</li></ul>
    </article>`;
  }

  // What is not there any more is taken away, too.
  private readonly keep = async (grant: Grant) => {
    const { id } = this.granting ?? {};
    const gone = Object.keys(this.granting ?? {}).filter((name) => !['id', 'source'].includes(name) && !(name in grant));
    if (id) await people.changeGrant(id, { ...Object.fromEntries(gone.map((name) => [name, null])), may: 'read', ...grant });
    else await people.addGrant(grant);
    say(this.t('app.saved'));
    void this.load();
  };

  private question(what: OwnRole | Grant, choice: Choice) {
    const done = () => (this.removing = undefined);
    const role = 'name' in what ? what : undefined;
    return html`<cd-dialog heading=${this.t(role ? 'roles.remove.title' : 'grant.remove.title')} @close=${done}>
      <div class="stack">
        <p>${role ? this.t('roles.remove.text', { name: plain(role.name) }) : grantSentence(what as Grant, this.lang_, choice.names)}</p>
        ${this.failure()}
        <div class="ends">
          <button type="button" class="button" @click=${done}>${this.t('app.cancel')}</button>
          <button type="button" class="button primary" id="yes" ?disabled=${this.busy} @click=${() => void this.takeAway(what)}>${this.t('roles.remove')}</button>
        </div>
      </div>
    </cd-dialog>`;
  }

  private async takeAway(what: OwnRole | Grant) {
    const work = 'name' in what ? people.removeRole(what.name) : people.removeGrant(what.id ?? '');
    if (!(await this.try(async () => (await work, true)))) return;
    this.removing = undefined;
    say(this.t('roles.removed'));
    await this.load();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-roles': RolesPage;
  }
}
