// One device: its topics, what it is given next, and its end.
import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { enrolment, type Enrolled, type Identity } from '../../api/enrolment';
import '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { adminStyles } from '../people/admin.css';
import { EnrolmentPart } from './part';

@customElement('cd-enrolment-device')
export class EnrolmentDevice extends EnrolmentPart {
  @property({ attribute: false }) device!: Enrolled;
  @state() private ending = false;

  static override styles = [shared, formStyles, adminStyles];

  override render() {
    return html`<cd-dialog heading=${this.device.id} @close=${() => this.dispatchEvent(new Event('close'))}>
      <div class="stack">
        ${this.ending ? this.question() : this.choices()} ${this.failure()}
      </div>
    </cd-dialog>`;
  }

  private choices() {
    const { by, state, publish } = this.device;
    const active = state === 'active';
    return html`
      <div>
        <span class="field-label">${this.t('enrolment.topics')}</span>
        <code>${publish.join('\n')}</code>
      </div>
      <div class="ends">
        ${active && by === 'certificate'
          ? html`<button class="button" id="code" ?disabled=${this.busy} @click=${() => void this.give(() => enrolment.code(this.device.id))}>${this.t('enrolment.code')}</button>`
          : nothing}
        ${active
          ? html`<button class="button" id="renew" ?disabled=${this.busy} @click=${() => void this.give(() => enrolment.renew(this.device.id))}>
                ${this.t(by === 'password' ? 'enrolment.renew.password' : 'enrolment.renew')}
              </button>
              <button class="button danger" id="revoke" @click=${() => (this.ending = true)}>${this.t('enrolment.revoke')}</button>`
          : html`<button class="button danger" id="remove" ?disabled=${this.busy} @click=${() => void this.forget()}>${this.t('enrolment.remove')}</button>`}
      </div>
    `;
  }

  private question() {
    return html`
      <p>${this.t('enrolment.revoke.text')}</p>
      <div class="ends">
        <button class="button" @click=${() => (this.ending = false)}>${this.t('app.cancel')}</button>
        <button class="button primary" id="sure" ?disabled=${this.busy} @click=${() => void this.revoke()}>${this.t('enrolment.revoke')}</button>
      </div>
    `;
  }

  private async give(work: () => Promise<Identity>) {
    const given = await this.try(work);
    if (given) this.dispatchEvent(new CustomEvent<Identity>('given', { detail: given }));
  }

  private async revoke() {
    const told = await this.try(() => enrolment.revoke(this.device.id));
    if (told === undefined) return;
    say(this.t(told ? 'enrolment.revoke.done' : 'enrolment.not_told'), told ? 'good' : 'alert');
    this.dispatchEvent(new Event('changed'));
  }

  private async forget() {
    const done = await this.try(async () => (await enrolment.remove(this.device.id), true));
    if (!done) return;
    say(this.t('enrolment.remove.done'));
    this.dispatchEvent(new Event('changed'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-enrolment-device': EnrolmentDevice;
  }
}
