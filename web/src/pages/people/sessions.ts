// Where somebody is signed in; each can be ended, or all at once.
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Session } from '../../api/account';
import { people } from '../../api/people';
import { formStyles } from '../../ui/forms.css';
import { sessionRow } from '../../ui/session-row';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { AdminPart } from './admin';
import { adminStyles } from './admin.css';

@customElement('cd-person-sessions')
export class PersonSessions extends AdminPart {
  @property() user = '';
  @state() private sessions: Session[] | undefined;

  static override styles = [
    shared,
    formStyles,
    adminStyles,
    css`
      section {
        padding-top: 1rem;
        border-top: 1px solid var(--line);
      }
      .head {
        margin: 0 0 0.2rem;
      }
      h3 {
        font-size: 0.9375rem;
      }
      .list > li {
        padding: 0.55rem 0;
      }
      .list > li:last-child {
        padding-bottom: 0;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  private async read() {
    const found = await this.try(() => people.sessions(this.user));
    this.sessions = found?.sort((a, b) => Date.parse(b.last_used) - Date.parse(a.last_used));
  }

  override render() {
    const { sessions } = this;
    const ends = sessions?.filter((session) => !session.current) ?? [];
    return html`<section aria-labelledby="heading">
      <div class="head">
        <h3 id="heading">${this.t('people.sessions')}</h3>
        ${ends.length > 1
          ? html`<button type="button" class="button" id="all" ?disabled=${this.busy} @click=${() => void this.end(ends)}>${this.t('people.sessions.all')}</button>`
          : nothing}
      </div>
      ${this.failure()}
      ${sessions?.length ? html`<ul class="list">${sessions.map((session) => sessionRow(session, this.busy, () => void this.end([session])))}</ul>` : nothing}
      ${sessions?.length === 0 ? html`<p class="soft small">${this.t('people.sessions.none')}</p>` : nothing}
    </section>`;
  }

  private async end(sessions: Session[]) {
    const done = await this.try(async () => {
      for (const { id } of sessions) await people.endSession(id);
      return true;
    }, true);
    if (done) say(this.t('account.session.ended'));
    await this.read();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-person-sessions': PersonSessions;
  }
}
