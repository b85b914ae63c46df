// The time that is shown, and what it is compared with.
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { calendarRanges, compareNames, rollingRanges, type Compare, type RangeName } from '../../model/period';
import type { Span } from '../../model/span';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { isWord } from '../../words/i18n';

@customElement('cd-history-range')
export class HistoryRange extends View {
  @property({ attribute: false }) range: RangeName | Span = '24h';
  @property({ attribute: false }) span: Span = [0, 1];
  @property() compare: Compare = 'none';
  @state() private dates = false;

  static override styles = [
    shared,
    formStyles,
    css`
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.6rem;
      }
      .compare {
        flex: 0 1 17.5rem;
      }
      .segments button {
        padding: 0 0.7rem;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.6rem;
        margin-top: 0.7rem;
      }
      form label {
        flex: 1 1 12rem;
        max-width: 16rem;
      }
      @media (max-width: 40rem) {
        .segments {
          flex: 1 1 100%;
        }
        .segments button {
          flex: 1;
          padding: 0 0.2rem;
        }
        .compare {
          flex: 1 1 9rem;
        }
        form label {
          flex-basis: 100%;
          max-width: none;
        }
      }
    `,
  ];

  override render() {
    const button = (range: RangeName, label: string) =>
      html`<button aria-pressed=${range === this.range} @click=${() => this.tell({ range })}>${label}</button>`;
    return html`
      <div class="row" role="group" aria-label=${this.t('history.range')}>
        <div class="segments">${rollingRanges.map((range) => button(range, this.t(`device.range.${range}`)))}</div>
        <div class="segments">${calendarRanges.map((range) => button(range, this.t(`history.range.${range}`)))}</div>
        <button class="chip" aria-expanded=${this.dates} aria-pressed=${typeof this.range !== 'string'} @click=${() => (this.dates = !this.dates)}>
          ${icon('clock', 16)}${this.t('history.custom')}
        </button>
        <label class="compare">
          <span class="hidden-text">${this.t('history.compare')}</span>
          <select @change=${(event: Event) => this.tell({ compare: (event.target as HTMLSelectElement).value as Compare })}>
            ${compareNames.map((compare) => html`<option value=${compare} ?selected=${compare === this.compare}>${this.compareWord(compare)}</option>`)}
          </select>
        </label>
      </div>
      ${this.dates ? this.form() : nothing}
    `;
  }

  // "어제와" for today, "하루 전과" for any other stretch of time.
  private compareWord(compare: Compare): string {
    const own = `history.compare.${String(this.range)}.${compare}`;
    return isWord(own) ? this.t(own) : this.t(`history.compare.${compare}`);
  }

  private form() {
    return html`<form @submit=${this.submit}>
      ${(['from', 'to'] as const).map(
        (name, i) => html`<label>
          <span class="field-label">${this.t(`history.${name}`)}</span>
          <input type="datetime-local" name=${name} required .value=${localText(this.span[i]!)} />
        </label>`,
      )}
      <button class="button primary">${this.t('history.apply')}</button>
    </form>`;
  }

  private submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const [a, b] = ['from', 'to'].map((name) => new Date(String(form.get(name))).getTime() / 1000);
    if (!Number.isFinite(a) || !Number.isFinite(b) || a === b) return;
    this.tell({ range: a! < b! ? [a!, b!] : [b!, a!] });
    this.dates = false;
  };

  private tell(change: { range?: RangeName | Span; compare?: Compare }) {
    this.dispatchEvent(new CustomEvent('change', { detail: change }));
  }
}

// As an input of local date and time wants it.
function localText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
