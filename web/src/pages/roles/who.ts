// Who is meant: people, keys and roles are chosen, groups of a provider are written.
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { wordChips, wordChipStyles } from './chips';
import type { Choice } from './choice';
import './words';
import type { WordsField } from './words';

@customElement('cd-who')
export class WhoField extends View {
  @property() label = '';
  @property({ attribute: false }) values: string[] = [];
  @property({ attribute: false }) choice!: Choice;
  @property({ type: Boolean }) roles = false; // roles can be chosen, too

  static override styles = [
    shared,
    formStyles,
    wordChipStyles,
    css`
      :host {
        display: grid;
        gap: 0.6rem;
      }
    `,
  ];

  override render() {
    const { people, keys, roles } = this.choice;
    const chosen = this.values.filter((who) => !who.startsWith('group:'));
    const groups = this.values.filter((who) => who.startsWith('group:'));
    const group = (label: string, words: string[]) => {
      const left = words.filter((word) => !this.values.includes(word));
      return left.length
        ? html`<optgroup label=${label}>${left.map((word) => html`<option value=${word}>${this.choice.label(word, this.lang_)}</option>`)}</optgroup>`
        : nothing;
    };
    return html`
      <div>
        <label class="field-label" for="choose">${this.label}</label>
        ${wordChips(this.label, chosen, (who) => this.choice.label(who, this.lang_), this.lang_, (left) => this.set([...left, ...groups]))}
        <select id="choose" @change=${this.chosen}>
          <option value="" selected>${this.t(this.roles ? 'grant.who.choose' : 'roles.members.choose')}</option>
          ${group(this.t('grant.who.people'), people.map(({ username }) => `person:${username}`))}
          ${this.roles ? group(this.t('grant.who.roles'), ['role:member', ...roles.map(({ name }) => `role:${name}`)]) : nothing}
          ${group(this.t('grant.who.keys'), keys.map(({ id }) => `key:${id}`))}
        </select>
      </div>
      <cd-words
        .label=${this.t('grant.who.groups')}
        .values=${groups.map((who) => who.slice('group:'.length))}
        placeholder="carers"
        @words=${(event: Event) => this.set([...chosen, ...(event.target as WordsField).values.map((name) => `group:${name}`)])}
      ></cd-words>
    `;
  }

  // What is written and not added yet counts, too.
  add(): void {
    this.renderRoot.querySelector<WordsField>('cd-words')?.add();
  }

  private set(values: string[]) {
    this.values = values;
    this.dispatchEvent(new Event('words'));
  }
  private readonly chosen = (event: Event) => {
    const select = event.target as HTMLSelectElement;
    if (select.value) this.set([...this.values, select.value]);
    select.value = '';
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-who': WhoField;
  }
}
