// Devices that sign in at the broker: who has an identity, until when.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { enrolment, type Enrolled, type Enrolment, type Identity } from '../../api/enrolment';
import { formatTime, withoutSeconds } from '../../model/format';
import { standing } from '../../model/enrolment';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import type { Word } from '../../words/i18n';
import { AdminPage } from '../people/admin';
import { adminStyles } from '../people/admin.css';
import './add';
import './device';
import './given';

@customElement('cd-enrolment')
export class EnrolmentPage extends AdminPage {
  @state() private all: Enrolment | undefined;
  @state() private adding = false;
  @state() private shown = ''; // whose dialog is open
  @state() private given: Identity | undefined;

  static override styles = [shared, formStyles, adminStyles];
  protected readonly heading: Word = 'enrolment.title';

  protected async read() {
    this.all = await enrolment.look();
  }

  protected content() {
    const device = this.all?.devices.find(({ id }) => id === this.shown);
    return html`
      <div class="head">
        <h1 tabindex="-1">${this.t('enrolment.title')}</h1>
        ${this.all?.has_broker
          ? html`<button class="button" id="add" @click=${() => (this.adding = true)}>${icon('plus', 18)}${this.t('enrolment.add')}</button>`
          : nothing}
      </div>
      <p class="soft text">${this.t('enrolment.text')}</p>
      ${this.all ? this.list(this.all) : this.waiting()}
      ${this.adding ? html`<cd-enrolment-add @given=${this.gave} @close=${() => (this.adding = false)}></cd-enrolment-add>` : nothing}
      ${device
        ? html`<cd-enrolment-device .device=${device} @given=${this.gave} @changed=${this.changed} @close=${() => (this.shown = '')}></cd-enrolment-device>`
        : nothing}
      ${this.given ? html`<cd-enrolment-given .given=${this.given} @close=${() => (this.given = undefined)}></cd-enrolment-given>` : nothing}
    `;
  }

  private list({ has_broker, devices }: Enrolment) {
    if (!has_broker)
      return html`<div class="notice card"><strong>${this.t('enrolment.no_broker')}</strong><p class="soft">${this.t('enrolment.no_broker.text')}</p></div>`;
    if (!devices.length) return html`<p class="card empty soft">${this.t('enrolment.none')}</p>`;
    return html`<ul class="list card">${devices.map((one) => this.row(one))}</ul>`;
  }

  private row(device: Enrolled) {
    const how = standing(device, Date.now());
    const time = device.not_after ? formatTime(device.not_after, this.lang_, Date.now(), withoutSeconds) : '';
    return html`<li>
      <div class="title">
        <strong><bdi>${plain(device.id, 64)}</bdi></strong>
        ${how === 'revoked' || how === 'ended'
          ? html`<span class="pill alert">${this.t(`enrolment.${how}`)}</span>`
          : how === 'soon'
            ? html`<span class="pill active">${this.t('enrolment.soon', { time })}</span>`
            : nothing}
      </div>
      <button class="button" aria-label=${`${this.t('enrolment.edit')}: ${device.id}`} @click=${() => (this.shown = device.id)}>
        ${this.t('enrolment.edit')}
      </button>
      <div class="about soft small">
        <span>${this.t(`enrolment.convention.${device.convention}`)}</span>
        <span><bdi>${plain(device.topic, 64)}</bdi></span>
        ${device.by === 'password' ? html`<span>${this.t('enrolment.by.password')}</span>` : nothing}
        ${how === 'waiting' ? html`<span>${this.t('enrolment.waiting')}</span>` : nothing}
        ${how === 'good' && time ? html`<span>${this.t('enrolment.until', { time })}</span>` : nothing}
      </div>
    </li>`;
  }

  private readonly gave = (event: CustomEvent<Identity>) => {
    this.adding = false;
    this.shown = '';
    this.given = event.detail;
    void this.load();
  };

  private readonly changed = () => {
    this.shown = '';
    void this.load();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-enrolment': EnrolmentPage;
  }
}
