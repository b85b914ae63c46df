// When a grant holds: hours, days of the week.
import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { dayNames, daysOf, daysText, type Day } from '../../model/grants';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { adminStyles } from '../people/admin.css';

@customElement('cd-when')
export class WhenField extends View {
  @property({ attribute: false }) hours: string[] = [];
  @property({ attribute: false }) days: string[] = [];

  static override styles = [
    shared,
    formStyles,
    adminStyles,
    css`
      :host {
        display: grid;
        gap: 1rem;
      }
      .span {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr) auto;
        gap: 0.5rem;
        align-items: center;
      }
      .take {
        width: 2.5rem;
        padding: 0;
      }
      .add {
        justify-self: start;
      }
      .days .chip {
        justify-content: center;
        min-width: 2.6rem;
        min-height: 2.4rem;
        padding: 0 0.5rem;
      }
    `,
  ];

  override render() {
    const chosen = daysOf(this.days);
    return html`
      <fieldset>
        <legend class="field-label">${this.t('grant.hours')}</legend>
        ${this.hours.length ? this.hours.map((span, i) => this.span(span, i)) : html`<p class="soft small">${this.t('grant.hours.always')}</p>`}
        <button type="button" class="button add" id="add" @click=${() => this.set([...this.hours, '08:00-20:00'])}>
          ${icon('plus', 18)}${this.t('grant.hours.add')}
        </button>
      </fieldset>
      <fieldset>
        <legend class="field-label">${this.t('grant.days')}</legend>
        <div class="chips days">
          ${dayNames.map(
            (day) => html`<button type="button" class="chip" value=${day} aria-pressed=${chosen.length === 0 || chosen.includes(day)} @click=${() => this.toggle(day)}>
              ${this.t(`grant.day.${day}`)}
            </button>`,
          )}
        </div>
      </fieldset>
    `;
  }

  private span(text: string, i: number) {
    const [from = '', until = ''] = text.split('-').map((time) => time.trim());
    const put = (span: string) => this.set(this.hours.map((one, at) => (at === i ? span : one)));
    const value = (event: Event) => (event.target as HTMLInputElement).value;
    // The end of the day is 24:00 in the words of the gateway, and no time of a browser's field.
    return html`<div class="span">
      <input type="time" required aria-label=${this.t('grant.hours.from')} .value=${from} @change=${(event: Event) => put(`${value(event)}-${until}`)} />
      <span aria-hidden="true">–</span>
      <input
        type="time" required aria-label=${this.t('grant.hours.until')} .value=${until === '24:00' ? '00:00' : until}
        @change=${(event: Event) => put(`${from}-${value(event) === '00:00' ? '24:00' : value(event)}`)}
      />
      <button type="button" class="button take" aria-label=${`${this.t('grant.hours.remove')}: ${text}`} @click=${() => this.set(this.hours.filter((_, at) => at !== i))}>
        ${icon('close', 16)}
      </button>
    </div>`;
  }

  private set(hours: string[]) {
    this.hours = hours;
    this.dispatchEvent(new Event('when'));
  }

  // All are on while none is chosen: the first press leaves one out.
  private toggle(day: Day) {
    const now = daysOf(this.days);
    const from = now.length ? now : [...dayNames];
    this.days = daysText(from.includes(day) ? from.filter((one) => one !== day) : [...from, day]);
    this.dispatchEvent(new Event('when'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-when': WhenField;
  }
}
