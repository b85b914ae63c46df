// One grant: who (where it is no role's), what, when. The caller keeps it: `keep` carries it.
import { css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Grant } from '../../api/people';
import { roomLabel } from '../../model/names';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { AdminPart } from '../people/admin';
import { adminStyles } from '../people/admin.css';
import type { Choice } from './choice';
import './when';
import type { WhenField } from './when';
import './who';
import type { WhoField } from './who';
import './words';
import type { Suggestion, WordsField } from './words';

type List = 'areas' | 'devices' | 'entities' | 'services' | 'paths' | 'addresses';
const lists: readonly List[] = ['areas', 'devices', 'entities', 'services', 'paths', 'addresses'];

@customElement('cd-grant')
export class GrantDialog extends AdminPart {
  @property({ attribute: false }) grant: Grant = {};
  @property({ attribute: false }) choice!: Choice;
  @property({ type: Boolean }) directed = false; // it says who
  // Keeps it; a sentence where it is refused.
  @property({ attribute: false }) keep: (grant: Grant) => Promise<void> = async () => undefined;
  @state() private draft: Grant = {};
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [
    shared,
    formStyles,
    adminStyles,
    css`
      .rooms .chip {
        min-height: 2.4rem;
      }
      details {
        border-top: 1px solid var(--line);
        padding-top: 0.6rem;
      }
      summary {
        min-height: 2.4rem;
        padding: 0.4rem 0;
        cursor: pointer;
        font-weight: 550;
      }
      details .stack {
        margin-top: 0.6rem;
      }
    `,
  ];

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('grant')) this.draft = structuredClone(this.grant);
  }

  override render() {
    const { draft } = this;
    const more = ['entities', 'services', 'paths', 'from', 'until', 'addresses', 'note'].some((name) => this.grant[name as keyof Grant]?.length);
    const known = Object.keys(this.grant).length > 0;
    return html`<cd-dialog heading=${this.t(known ? 'grant.edit' : 'grant.add')} @close=${() => this.dispatchEvent(new Event('close'))}>
      <form @submit=${this.save}>
        ${this.directed
          ? html`<cd-who roles .label=${this.t('grant.who')} .choice=${this.choice} .values=${draft.who ?? []} @words=${(event: Event) => this.put({ who: (event.target as WhoField).values })}></cd-who>`
          : nothing}
        ${this.rooms()} ${this.words('devices', this.choice.devices(this.lang_))}
        <div>
          <label class="field-label" for="may">${this.t('grant.may')}</label>
          <select id="may" @change=${(event: Event) => this.put({ may: (event.target as HTMLSelectElement).value as NonNullable<Grant['may']> })}>
            ${(['read', 'control', 'admin'] as const).map(
              (may) => html`<option value=${may} ?selected=${may === (draft.may ?? 'read')}>${this.t(`grant.may.${may}`)}</option>`,
            )}
          </select>
        </div>
        <cd-when .hours=${draft.hours ?? []} .days=${draft.days ?? []} @when=${this.when}></cd-when>
        <details ?open=${more}>
          <summary>${this.t('grant.more')}</summary>
          <div class="stack">
            ${this.words('entities')} ${this.words('services')} ${this.words('paths')}
            <div class="pair">${this.date('from')} ${this.date('until')}</div>
            ${this.words('addresses')}
            <div>
              <label class="field-label" for="note">${this.t('grant.note')}</label>
              <input id="note" maxlength="200" autocomplete="off" .value=${draft.note ?? ''} @input=${(event: Event) => this.put({ note: (event.target as HTMLInputElement).value })} />
            </div>
          </div>
        </details>
        ${this.failure()}
        <div class="ends">
          <button type="button" class="button" @click=${() => this.dialog.close()}>${this.t('app.cancel')}</button>
          <button class="button primary" ?disabled=${this.busy}>${this.t(this.directed || known ? 'app.save' : 'words.add')}</button>
        </div>
      </form>
    </cd-dialog>`;
  }

  private put(change: Grant) {
    this.draft = { ...this.draft, ...change };
  }

  private readonly when = (event: Event) => {
    const { hours, days } = event.target as WhenField;
    this.put({ hours, days });
  };

  // The home's rooms as chips; those that are granted and no room now stay to be seen.
  private rooms() {
    const chosen = this.draft.areas ?? [];
    const names = ['*', ...new Set([...this.choice.areas, ...chosen.filter((name) => name !== '*')])];
    const toggle = (name: string) => {
      const areas = chosen.includes(name) ? chosen.filter((one) => one !== name) : name === '*' ? ['*'] : [...chosen.filter((one) => one !== '*'), name];
      this.put({ areas });
    };
    return html`<fieldset>
      <legend class="field-label">${this.t('grant.areas')}</legend>
      <div class="chips rooms">
        ${names.map(
          (name) => html`<button type="button" class="chip" value=${name} aria-pressed=${chosen.includes(name)} @click=${() => toggle(name)}>
            ${name === '*' ? this.t('grant.areas.any') : html`<bdi>${roomLabel(name, this.lang_)}</bdi>`}
          </button>`,
        )}
      </div>
      <p class="hint">${this.t('grant.what.hint')}</p>
    </fieldset>`;
  }

  private words(name: Exclude<List, 'areas'>, suggestions: Suggestion[] = []) {
    const hints = { devices: '', entities: this.t('grant.entities.hint'), services: this.t('grant.services.hint'), paths: this.t('grant.paths.hint'), addresses: this.t('grant.addresses.hint') };
    const label = (value: string) => this.choice.names.device(value) ?? value;
    return html`<cd-words
      id=${name}
      .label=${this.t(`grant.${name}`)}
      .hint=${hints[name]}
      .values=${this.draft[name] ?? []}
      .suggestions=${suggestions}
      .name=${name === 'devices' ? label : (value: string) => value}
      @words=${(event: Event) => this.put({ [name]: (event.target as WordsField).values })}
    ></cd-words>`;
  }

  // A time of RFC 3339, from the API or the settings, is written as it came.
  private date(name: 'from' | 'until') {
    const value = this.draft[name] ?? '';
    const plainDate = !value || /^\d{4}-\d\d-\d\d$/.test(value);
    return html`<div>
      <label class="field-label" for=${name}>${this.t(`grant.${name}`)}</label>
      <input id=${name} type=${plainDate ? 'date' : 'text'} .value=${value} @change=${(event: Event) => this.put({ [name]: (event.target as HTMLInputElement).value })} />
    </div>`;
  }

  private async save(event: SubmitEvent) {
    event.preventDefault();
    this.renderRoot.querySelectorAll<WordsField | WhoField>('cd-words, cd-who').forEach((field) => field.add());
    const { id: _, source: __, ...draft } = this.draft;
    for (const name of [...lists, 'hours', 'days', 'who', 'from', 'until', 'note'] as const) if (!draft[name]?.length) delete draft[name];
    if (draft.note) draft.note = draft.note.trim();
    if (!this.directed) delete draft.who;
    const done = await this.try(async () => (await this.keep(draft), true));
    if (done) this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-grant': GrantDialog;
  }
}
