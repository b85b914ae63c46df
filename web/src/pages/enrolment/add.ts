// A new device: its name, its firmware, and how it gets its identity.
import { html } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { enrolment, type Convention, type Identity } from '../../api/enrolment';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { adminStyles } from '../people/admin.css';
import { EnrolmentPart } from './part';

const conventions: Convention[] = ['generic', 'tasmota', 'esphome', 'shelly', 'zigbee2mqtt', 'homie'];
const ways = ['code', 'files', 'password'] as const;

@customElement('cd-enrolment-add')
export class EnrolmentAdd extends EnrolmentPart {
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [shared, formStyles, adminStyles];

  override render() {
    return html`<cd-dialog heading=${this.t('enrolment.add')} @close=${() => this.dispatchEvent(new Event('close'))}>
      <form @submit=${this.save}>
        <div>
          <label class="field-label" for="id">${this.t('enrolment.id')}</label>
          <input id="id" name="id" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="id-hint" />
          <p class="hint" id="id-hint">${this.t('enrolment.id.hint')}</p>
        </div>
        <div>
          <label class="field-label" for="convention">${this.t('enrolment.convention')}</label>
          <select id="convention" name="convention">
            ${conventions.map((one) => html`<option value=${one}>${this.t(`enrolment.convention.${one}`)}</option>`)}
          </select>
        </div>
        <div>
          <label class="field-label" for="topic">${this.t('enrolment.topic')}</label>
          <input id="topic" name="topic" maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="topic-hint" />
          <p class="hint" id="topic-hint">${this.t('enrolment.topic.hint')}</p>
        </div>
        <fieldset>
          <legend class="field-label">${this.t('enrolment.how')}</legend>
          ${ways.map(
            (way) => html`<label class="check"><input type="radio" name="how" value=${way} ?checked=${way === 'code'} />${this.t(`enrolment.how.${way}`)}</label>`,
          )}
        </fieldset>
        ${this.failure()}
        <div class="ends">
          <button type="button" class="button" @click=${() => this.dialog.close()}>${this.t('app.cancel')}</button>
          <button class="button primary" ?disabled=${this.busy}>${this.t('enrolment.add')}</button>
        </div>
      </form>
    </cd-dialog>`;
  }

  private async save(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const how = text('how');
    const given = await this.try(() =>
      enrolment.add({
        id: text('id'),
        convention: text('convention') as Convention,
        topic: text('topic'),
        by: how === 'password' ? 'password' : 'certificate',
        code: how === 'code',
      }),
    );
    if (given) this.dispatchEvent(new CustomEvent<Identity>('given', { detail: given }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-enrolment-add': EnrolmentAdd;
  }
}
