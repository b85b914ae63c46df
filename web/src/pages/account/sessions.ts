// Where one is signed in: device, address, last use; ended one by one or all others at once.
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { account, type Session } from '../../api/account';
import { errorText } from '../../api/http';
import { View } from '../../app/settings';
import { formStyles } from '../../ui/forms.css';
import { sessionRow } from '../../ui/session-row';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { accountStyles } from './account.css';

@customElement('cd-account-sessions')
export class AccountSessions extends View {
  @state() private sessions: Session[] | undefined;
  @state() private failed = '';

  static override styles = [
    shared,
    formStyles,
    accountStyles,
    css`
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.6rem;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  private async read() {
    try {
      const all = await account.sessions();
      const order = (s: Session) => (s.current ? Infinity : Date.parse(s.last_used));
      this.sessions = all.sort((a, b) => order(b) - order(a));
      this.failed = '';
    } catch (error) {
      this.failed = errorText(error);
    }
  }

  override render() {
    const others = this.sessions?.some((session) => !session.current);
    return html`<section class="card" aria-labelledby="heading">
      <div class="head">
        <h2 id="heading">${this.t('account.sessions')}</h2>
        ${others ? html`<button class="button" id="others" @click=${() => void this.end(account.endOthers)}>${this.t('account.sessions.others')}</button>` : nothing}
      </div>
      ${this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing}
      ${this.sessions ? html`<ul>${this.sessions.map((session) => sessionRow(session, false, () => void this.end(() => account.endSession(session.id))))}</ul>` : nothing}
    </section>`;
  }

  private async end(work: () => Promise<void>) {
    try {
      await work();
      say(this.t('account.session.ended'));
    } catch (error) {
      say(errorText(error), 'alert');
    }
    await this.read();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-account-sessions': AccountSessions;
  }
}
