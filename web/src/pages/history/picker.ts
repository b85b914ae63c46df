// A search field for values, with the list of what was found (a combobox by the ARIA pattern).
import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { home } from '../../api/store';
import { sameKey } from '../../model/history-state';
import type { SeriesKey } from '../../model/chart-series';
import { pictureOf } from '../../model/fields';
import { formatNumber, showText } from '../../model/format';
import { searchSeries, type Found } from '../../model/series-search';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';

const shown = 12;

@customElement('cd-series-picker')
export class SeriesPicker extends View {
  @property({ attribute: false }) taken: SeriesKey[] = [];
  @property({ type: Boolean }) full = false;
  @state() private text = '';
  @state() private open = false;
  @state() private at = 0;
  @query('input') private input!: HTMLInputElement;
  #found: Found[] = [];

  static override styles = [
    shared,
    formStyles,
    css`
      :host {
        position: relative;
      }
      ul {
        position: absolute;
        z-index: 8;
        left: 0;
        right: 0;
        top: calc(100% + 0.35rem);
        max-height: 22rem;
        overflow-y: auto;
        padding: 0.35rem;
        box-shadow: 0 12px 40px rgb(0 0 0 / 22%);
      }
      li {
        display: flex;
        align-items: center;
        gap: 0.7rem;
        min-height: 2.6rem;
        padding: 0.3rem 0.65rem;
        border-radius: 10px;
        cursor: pointer;
      }
      li[aria-selected='true'] {
        background: var(--accent-soft);
      }
      li svg {
        flex: none;
        color: var(--soft);
      }
      li bdi {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      li .now {
        color: var(--soft);
        font-size: 0.875rem;
        white-space: nowrap;
      }
      .none {
        color: var(--soft);
        cursor: default;
      }
    `,
  ];

  override willUpdate(_: PropertyValues) {
    this.#found = this.open
      ? searchSeries(home.devices.values(), this.text, this.lang_, shown + this.taken.length)
          .filter((found) => !this.taken.some((key) => sameKey(key, found.key)))
          .slice(0, shown)
      : [];
    this.at = Math.min(this.at, Math.max(0, this.#found.length - 1));
  }

  override render() {
    const found = this.#found;
    return html`
      <label class="search">
        <span class="hidden-text">${this.t('history.find.label')}</span>
        ${icon('search', 18)}
        <input
          type="text"
          role="combobox"
          autocomplete="off"
          maxlength="100"
          aria-expanded=${this.open}
          aria-controls="list"
          aria-autocomplete="list"
          aria-activedescendant=${this.open && found.length ? `option-${this.at}` : nothing}
          placeholder=${this.t('history.find')}
          ?disabled=${this.full}
          .value=${this.text}
          @input=${this.typed}
          @click=${() => (this.open = true)}
          @blur=${() => (this.open = false)}
          @keydown=${this.key}
        />
      </label>
      <span class="hidden-text" role="status">
        ${this.open && this.text ? this.t('history.find.count', { n: formatNumber(found.length, this.lang_, 0) }) : ''}
      </span>
      <ul id="list" class="card" role="listbox" aria-label=${this.t('history.find.label')} ?hidden=${!this.open} @pointerdown=${(event: Event) => event.preventDefault()}>
        ${found.length
          ? found.map((one, i) => this.option(one, i))
          : html`<li class="none" role="option" aria-disabled="true" aria-selected="false">${this.t('history.find.none')}</li>`}
      </ul>
    `;
  }

  private option(one: Found, i: number) {
    return html`<li
      id="option-${i}"
      role="option"
      aria-selected=${i === this.at}
      @pointermove=${() => (this.at = i)}
      @click=${() => this.take(one)}
    >
      ${icon(pictureOf(one.field), 18)}<bdi>${one.label}</bdi>
      <span class="now numbers">${showText(one.field, one.field.value, this.lang_)}</span>
    </li>`;
  }

  private typed = (event: InputEvent) => {
    this.text = (event.target as HTMLInputElement).value;
    this.open = true;
    this.at = 0;
  };

  private key = (event: KeyboardEvent) => {
    const n = this.#found.length;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      this.at = this.open && n ? (this.at + by + n) % n : 0;
      this.open = true;
      void this.updateComplete.then(() => this.renderRoot.querySelector(`#option-${this.at}`)?.scrollIntoView({ block: 'nearest' }));
    } else if (event.key === 'Enter' && this.open && this.#found[this.at]) {
      event.preventDefault();
      this.take(this.#found[this.at]!);
    } else if (event.key === 'Escape') this.open = false;
  };

  private take(one: Found) {
    this.text = '';
    this.at = 0;
    this.open = false; // the chart is to be seen; typing opens it again
    this.dispatchEvent(new CustomEvent<SeriesKey>('pick', { detail: one.key }));
    this.input.focus({ preventScroll: true });
  }
}
