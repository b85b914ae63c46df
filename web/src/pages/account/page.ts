// One's own account: how one signs in, and where one is signed in.
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { account, type OwnAccount } from '../../api/account';
import { errorText } from '../../api/http';
import { View } from '../../app/settings';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import './passkeys';
import './password';
import './second-step';
import './sessions';

@customElement('cd-account')
export class AccountPage extends View {
  @state() private account: OwnAccount | undefined;
  @state() private failed = '';

  static override styles = [
    shared,
    formStyles,
    css`
      .who {
        margin: 0.15rem 0 1.2rem;
        overflow-wrap: anywhere;
      }
      .parts {
        display: grid;
        gap: 1rem;
        align-items: start;
      }
      @media (min-width: 60rem) {
        .parts {
          grid-template-columns: 1fr 1fr;
        }
      }
      .column {
        display: grid;
        gap: 1rem;
        min-width: 0;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  private async read() {
    try {
      this.account = await account.look();
      this.failed = '';
    } catch (error) {
      this.failed = errorText(error);
    }
  }

  override render() {
    const own = this.account;
    return html`
      <h1 tabindex="-1">${this.t('account.title')}</h1>
      ${this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing}
      ${own
        ? html`<p class="who soft">
              <bdi>${plain(own.full_name || own.username, 100)}</bdi>${own.full_name ? html` · ${own.username}` : nothing} ·
              ${this.t(own.role === 'admin' ? 'app.role.admin' : 'app.role.member')}
            </p>
            <div class="parts" @changed=${() => void this.read()}>
              <div class="column">
                <cd-account-password .account=${own}></cd-account-password>
                <cd-account-second-step .account=${own}></cd-account-second-step>
                <cd-account-passkeys .account=${own}></cd-account-passkeys>
              </div>
              <div class="column"><cd-account-sessions></cd-account-sessions></div>
            </div>`
        : nothing}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-account': AccountPage;
  }
}
