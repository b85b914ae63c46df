// Invitations that are open, each of which can be taken back.
import { html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { people, type Invitation } from '../../api/people';
import { roleLabel } from '../../model/access-answer';
import { formatTime, withoutSeconds } from '../../model/format';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { AdminPart } from './admin';
import { adminStyles } from './admin.css';

@customElement('cd-invitations')
export class Invitations extends AdminPart {
  @property({ attribute: false }) invitations: Invitation[] = [];

  static override styles = [shared, formStyles, adminStyles];

  override render() {
    if (!this.invitations.length) return nothing;
    return html`<section aria-labelledby="invitations">
      <h2 id="invitations">${this.t('people.invitations')}</h2>
      <ul class="list card">${this.invitations.map((one) => this.row(one))}</ul>
    </section>`;
  }

  private row(one: Invitation) {
    const name = one.full_name ? plain(one.full_name, 100) : this.t('people.invitation.noname');
    return html`<li>
      <strong><bdi>${name}</bdi></strong>
      <button class="button" aria-label=${`${this.t('people.revoke')}: ${name}`} ?disabled=${this.busy} @click=${() => void this.revoke(one)}>
        ${this.t('people.revoke')}
      </button>
      <div class="about soft small">
        <span>${roleLabel(one.role, this.lang_)}</span>
        <span>${this.t('people.invitation.by', { name: plain(one.invited_by) })}</span>
        <span>${this.t('people.invitation.until', { time: formatTime(one.expires, this.lang_, Date.now(), withoutSeconds) })}</span>
      </div>
    </li>`;
  }

  private async revoke(one: Invitation) {
    const done = await this.try(async () => (await people.revokeInvitation(one.id), true), true);
    if (done) say(this.t('people.revoked'));
    this.dispatchEvent(new Event('changed'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-invitations': Invitations;
  }
}
