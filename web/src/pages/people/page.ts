// People: who has an account, with which rights; who was invited.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { people, type Invitation, type Person } from '../../api/people';
import { roleLabel } from '../../model/access-answer';
import { formatAgo } from '../../model/format';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import type { Word } from '../../words/i18n';
import { AdminPage } from './admin';
import { adminStyles } from './admin.css';
import './add';
import './invitations';
import './person';

@customElement('cd-people')
export class PeoplePage extends AdminPage {
  @state() private list: Person[] | undefined;
  @state() private invitations: Invitation[] = [];
  @state() private adding = false;
  @state() private shown = ''; // whose dialog is open

  static override styles = [shared, formStyles, adminStyles];
  protected readonly heading: Word = 'people.title';

  protected async read() {
    const [list, invitations] = await Promise.all([people.list(), people.invitations()]);
    this.invitations = invitations.filter(({ state }) => state === 'open');
    this.list = list;
  }

  protected content() {
    const person = this.list?.find(({ username }) => username === this.shown);
    return html`
      <div class="head">
        <h1 tabindex="-1">${this.t('people.title')}</h1>
        ${this.list
          ? html`<button class="button" id="add" @click=${() => (this.adding = true)}>${icon('plus', 18)}${this.t('people.add')}</button>`
          : nothing}
      </div>
      ${this.list
        ? html`<ul class="list card">${this.list.map((one) => this.row(one))}</ul>
            <cd-invitations .invitations=${this.invitations} @changed=${() => void this.load()}></cd-invitations>`
        : this.waiting()}
      ${this.adding
        ? html`<cd-person-add @changed=${() => void this.load()} @close=${() => (this.adding = false)}></cd-person-add>`
        : nothing}
      ${person
        ? html`<cd-person
            .person=${person}
            .roles=${person.roles}
            ?own=${person.username === this.me?.username}
            @changed=${() => void this.load()}
            @close=${() => (this.shown = '')}
          ></cd-person>`
        : nothing}
    `;
  }

  private row(person: Person) {
    const { username, full_name, role, roles, disabled, second_factor, last_login: login } = person;
    return html`<li>
      <div class="title">
        <strong><bdi>${plain(full_name || username, 100)}</bdi></strong>
        ${full_name ? html`<span class="soft small">${username}</span>` : nothing}
        ${username === this.me?.username ? html`<span class="pill good">${this.t('people.you')}</span>` : nothing}
        ${disabled ? html`<span class="pill alert">${this.t('people.disabled')}</span>` : nothing}
      </div>
      <button class="button" aria-label=${`${this.t('people.edit')}: ${username}`} @click=${() => (this.shown = username)}>
        ${this.t('people.edit')}
      </button>
      <div class="about soft small">
        <span>${roles.length ? roles.map((name) => roleLabel(name, this.lang_)).join(', ') : roleLabel(role, this.lang_)}</span>
        ${second_factor ? html`<span>${this.t('people.second')}</span>` : nothing}
        ${login ? html`<span>${this.t('people.login', { time: formatAgo(login, Date.now(), this.lang_) })}</span>` : nothing}
      </div>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-people': PeoplePage;
  }
}
