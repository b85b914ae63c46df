// One entity that takes commands: its state now, what to do with it, and what came of that.
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { api } from '../../api/client';
import { ApiError, errorText } from '../../api/http';
import type { Command, Device, Entity, Value } from '../../api/types';
import { controlOf, namedEntity, numberFor, type Control } from '../../model/entity';
import { labelOf } from '../../model/fields';
import { showText, unitText } from '../../model/format';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { tellStyles } from './tell.css';

const fewOptions = 4; // as buttons; more are a list

// A command's own key: one that may be sent again is still the same command.
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

@customElement('cd-tell')
export class Tell extends View {
  @property({ attribute: false }) device!: Device;
  @property({ attribute: false }) entity!: Entity;
  @state() private asked: Value | undefined; // under way
  @state() private came: Command | undefined;
  @state() private failed = '';
  @state() private again: { value: Value; key: string } | undefined;
  @state() private typed: string | undefined;

  static override styles = [shared, formStyles, tellStyles];

  private get now(): Value {
    const { entity, device } = this;
    const field = entity.field ? device.fields.find((one) => one.name === entity.field) : undefined;
    return entity.state ?? field?.value ?? null;
  }

  override render() {
    const { now, entity } = this;
    const named = namedEntity(entity, now);
    const label = labelOf(named, this.lang_);
    const control = controlOf(entity, now);
    if (!control) return nothing;
    return html`<div class="card" aria-busy=${this.asked !== undefined}>
      <div class="top">
        <strong id="name"><bdi>${label}</bdi></strong>
        ${control.kind === 'press' ? nothing : html`<span class="numbers"><bdi>${showText(named, now, this.lang_, true)}</bdi></span>`}
      </div>
      ${this.controls(control, now, label)}
      <p class="came small" role="status">${this.outcome()}</p>
    </div>`;
  }

  private controls(control: Control, now: Value, label: string): TemplateResult {
    const busy = this.asked !== undefined;
    switch (control.kind) {
      case 'switch': {
        const on = (this.asked ?? now) === true;
        return html`<button class="toggle" role="switch" aria-checked=${on} aria-labelledby="name" ?disabled=${busy} @click=${() => this.tell(!on)}><span></span></button>`;
      }
      case 'press':
        return html`<button class="button press" ?disabled=${busy} aria-label=${`${this.t('control.press')}: ${label}`} @click=${() => this.tell('PRESS')}>${this.t('control.press')}</button>`;
      case 'choice':
        return control.options.length <= fewOptions
          ? html`<div class="chips" role="group" aria-labelledby="name">
              ${control.options.map((one) => html`<button class="chip" aria-pressed=${one === (this.asked ?? now)} ?disabled=${busy} @click=${() => this.tell(one)}><bdi>${plain(one, 60)}</bdi></button>`)}
            </div>`
          : html`<select aria-labelledby="name" ?disabled=${busy} @change=${(event: Event) => this.tell((event.target as HTMLSelectElement).value)}>
              ${control.options.includes(String(now)) ? nothing : html`<option value="" selected disabled></option>`}
              ${control.options.map((one) => html`<option value=${one} ?selected=${one === now}>${plain(one, 60)}</option>`)}
            </select>`;
      case 'number':
      case 'text':
        return this.entry(control, now, busy);
    }
  }

  private entry(control: Control & { kind: 'number' | 'text' }, now: Value, busy: boolean) {
    const number = control.kind === 'number';
    const text = this.typed ?? (now === null ? '' : String(now));
    const value = number ? numberFor(text, control) : text;
    const send = (event: Event) => {
      event.preventDefault();
      if (value !== undefined) void this.tell(value);
    };
    return html`<form @submit=${send} novalidate>
        <input
          aria-labelledby="name" aria-describedby="range" autocomplete="off" maxlength="200" inputmode=${number ? 'decimal' : 'text'}
          aria-invalid=${this.typed !== undefined && value === undefined} .value=${text}
          @input=${(event: InputEvent) => (this.typed = (event.target as HTMLInputElement).value)}
        />
        ${this.entity.unit ? html`<span class="soft">${unitText(this.entity.unit, this.lang_)}</span>` : nothing}
        <button class="button" ?disabled=${busy || value === undefined}>${this.t('control.set')}</button>
      </form>
      <p id="range" class="hint">${number && control.min !== undefined && control.max !== undefined ? `${control.min} – ${control.max}` : nothing}</p>`;
  }

  private outcome() {
    if (this.asked !== undefined) return html`<span class="soft">${this.t('control.sending')}</span>`;
    const retry = this.again ? html`<button class="link" @click=${() => this.tell(this.again!.value, this.again!.key)}>${this.t('control.again')}</button>` : nothing;
    if (this.failed) return html`<span class="bad">${icon('warn', 15)} ${this.failed}</span> ${retry}`;
    if (!this.came) return nothing;
    const { state } = this.came;
    if (state === 'done' || state === 'late') {
      const ms = Date.parse(this.came.answered ?? '') - Date.parse(this.came.sent);
      return html`<span class="good">${icon('check', 15)} ${ms >= 0 ? this.t('control.done.in', { ms: String(ms) }) : this.t('control.done')}</span>`;
    }
    const word = state === 'no_answer' ? 'control.no_answer' : state === 'failed' ? 'control.failed' : 'control.pending';
    return html`<span class=${state === 'pending' ? 'soft' : 'bad'}>${icon(state === 'pending' ? 'clock' : 'warn', 15)} ${this.t(word)} ${this.came.error ? plain(this.came.error, 200) : nothing}</span> ${retry}`;
  }

  private async tell(value: Value, key = newKey()) {
    if (this.asked !== undefined) return;
    this.asked = value;
    this.failed = '';
    this.came = this.again = undefined;
    try {
      this.came = await api.command(this.device.id, this.entity.id, value, key);
      // What was done is not done again by the same key; what had no answer may be told anew.
      if (this.came.state === 'no_answer' || this.came.state === 'failed') this.again = { value, key: newKey() };
      else this.typed = undefined;
    } catch (error) {
      this.failed = errorText(error);
      if (error instanceof ApiError && (error.status === 0 || error.status >= 500)) this.again = { value, key };
    }
    this.asked = undefined;
    this.dispatchEvent(new CustomEvent('told'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-tell': Tell;
  }
}
