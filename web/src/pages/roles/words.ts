// A list of words: chips that are taken out, and a field that adds one (Enter, comma or the button).
import { css, html, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { wordChips, wordChipStyles } from './chips';

export interface Suggestion {
  value: string;
  label: string;
}

@customElement('cd-words')
export class WordsField extends View {
  @property() label = '';
  @property() hint = '';
  @property() placeholder = '';
  @property({ attribute: false }) values: string[] = [];
  @property({ attribute: false }) suggestions: Suggestion[] = [];
  @property({ attribute: false }) name: (value: string) => string = plain;
  @query('input') private input!: HTMLInputElement;

  static override styles = [
    shared,
    formStyles,
    wordChipStyles,
    css`
      .entry {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.5rem;
      }
    `,
  ];

  override render() {
    return html`
      <label class="field-label" for="word">${this.label}</label>
      ${wordChips(this.label, this.values, this.name, this.lang_, (values) => this.set(values))}
      <div class="entry">
        <input
          id="word" maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder=${this.placeholder}
          list=${this.suggestions.length ? 'suggestions' : nothing} aria-describedby=${this.hint ? 'hint' : nothing}
          @keydown=${this.key} @input=${this.chosen}
        />
        <button type="button" class="button" aria-label=${`${this.t('words.add')}: ${this.label}`} @click=${() => this.add()}>${this.t('words.add')}</button>
      </div>
      <datalist id="suggestions">
        ${this.suggestions
          .filter(({ value }) => !this.values.includes(value))
          .slice(0, 200)
          .map(({ value, label }) => html`<option value=${value} label=${label}></option>`)}
      </datalist>
      ${this.hint ? html`<p class="hint" id="hint">${this.hint}</p>` : nothing}
    `;
  }

  private set(values: string[]) {
    this.values = values;
    this.dispatchEvent(new Event('words'));
  }

  // What is written and not added yet counts, too: asked before the form is sent.
  add(): void {
    const words = this.input.value.split(',').map((word) => word.trim()).filter(Boolean);
    this.input.value = '';
    const fresh = words.filter((word) => !this.values.includes(word));
    if (fresh.length) this.set([...this.values, ...fresh]);
  }

  private readonly key = (event: KeyboardEvent) => {
    if ((event.key !== 'Enter' && event.key !== ',') || event.isComposing) return;
    if (event.key === 'Enter' && !this.input.value.trim()) return;
    event.preventDefault();
    this.add();
  };

  // One of the suggestions was picked. Not when the field is left: what is pressed then would move away.
  private readonly chosen = (event: Event) => {
    if (event instanceof InputEvent && event.inputType !== 'insertReplacementText') return;
    if (this.suggestions.some(({ value }) => value === this.input.value)) this.add();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-words': WordsField;
  }
}
