// What a device was given, shown this once: a code with its picture, files, or a password.
import { css, html, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { Identity } from '../../api/enrolment';
import { View } from '../../app/settings';
import { filesOf } from '../../model/enrolment';
import { formatTime, withoutSeconds } from '../../model/format';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { saveText } from '../../ui/save';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import type { Word } from '../../words/i18n';
import { adminStyles } from '../people/admin.css';

@customElement('cd-enrolment-given')
export class EnrolmentGiven extends View {
  @property({ attribute: false }) given!: Identity;
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [
    shared,
    formStyles,
    adminStyles,
    css`
      img {
        justify-self: center;
        padding: 0.75rem;
        border-radius: 12px;
        background: #fff;
      }
      .files {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.4rem 1rem;
        margin: 0;
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    const { code, password } = this.given;
    const kind = code ? 'code' : password ? 'password' : 'files';
    return html`<cd-dialog heading=${this.t(`enrolment.made.${kind}`)} @close=${() => this.dispatchEvent(new Event('close'))}>
      <div class="stack">
        ${code ? this.code(code) : password ? this.password(password) : this.files()}
        ${this.given.told === false ? html`<p class="soft">${this.t('enrolment.not_told')}</p>` : nothing}
        <div class="ends">
          ${navigator.clipboard && (code || password)
            ? html`<button type="button" class="button" id="copy" @click=${() => void this.copy(code ?? password!)}>${icon('copy', 18)}${this.t('app.copy')}</button>`
            : nothing}
          <button type="button" class="button primary" @click=${() => this.dialog.close()}>${this.t('enrolment.done')}</button>
        </div>
      </div>
    </cd-dialog>`;
  }

  private time(text: string | undefined): string {
    return text ? formatTime(text, this.lang_, Date.now(), withoutSeconds) : '';
  }

  private code(code: string) {
    const { qr, fetch, expires } = this.given;
    return html`
      <p role="status">${this.t('enrolment.made.code.text', { time: this.time(expires) })}</p>
      ${qr ? html`<img src=${`data:image/svg+xml,${encodeURIComponent(qr)}`} alt=${this.t('enrolment.made.qr')} width="224" height="224" />` : nothing}
      <code>${code}</code>
      <p class="soft small">POST <bdi>${fetch}</bdi></p>
    `;
  }

  private files() {
    return html`
      <p role="status">${this.t('enrolment.made.files.text', { time: this.time(this.given.not_after) })}</p>
      <div class="files">
        ${filesOf(this.given).map(
          ({ label, name, text }) => html`<button type="button" class="button" @click=${() => saveText(text, name, 'application/x-pem-file')}>
            ${icon('download', 18)}${this.t(label)} <span class="soft small">${name}</span>
          </button>`,
        )}
      </div>
      <dl>${this.fact('enrolment.broker', this.given.broker)}</dl>
    `;
  }

  private password(password: string) {
    return html`
      <p role="status">${this.t('enrolment.made.password.text')}</p>
      <dl>
        ${this.fact('enrolment.broker', this.given.broker)} ${this.fact('enrolment.user', this.given.username)}
        ${this.fact('enrolment.password', password)}
      </dl>
    `;
  }

  private fact(label: Word, value: string | undefined) {
    return value ? html`<dt class="soft">${this.t(label)}</dt>
          <dd><bdi>${value}</bdi></dd>` : nothing;
  }

  private async copy(text: string) {
    try {
      await navigator.clipboard.writeText(text);
      say(this.t('app.copied'));
    } catch {
      say(this.t('app.copy.failed'), 'alert');
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-enrolment-given': EnrolmentGiven;
  }
}
