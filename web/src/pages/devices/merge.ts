// Two devices that are one thing: which stays, which goes into it.
import { css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { api } from '../../api/client';
import { errorText, isMissing } from '../../api/http';
import { home } from '../../api/store';
import type { Device } from '../../api/types';
import { matches } from '../../model/home';
import { fullLabel } from '../../model/names';
import { plain } from '../../model/plain';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';

const found = 8; // shown of those that match

@customElement('cd-device-merge')
export class DeviceMerge extends View {
  @property({ attribute: false }) device!: Device; // stays
  @property({ attribute: false }) other: Device | undefined;
  @state() private search = '';
  @state() private failed = '';
  @state() private busy = false;
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [
    shared,
    formStyles,
    css`
      .body {
        display: grid;
        gap: 0.9rem;
      }
      .pair {
        display: grid;
        gap: 0.5rem;
      }
      .one {
        padding: 0.6rem 0.85rem;
        border-radius: 12px;
        background: var(--sunk);
      }
      .one strong {
        display: block;
        font-weight: 600;
      }
      .swap {
        justify-self: center;
      }
      .found {
        display: grid;
        gap: 0.3rem;
        margin-top: 0.5rem;
      }
      .found button {
        width: 100%;
        padding: 0.45rem 0.75rem;
        border: 1px solid var(--line);
        border-radius: 10px;
        background: none;
        text-align: left;
      }
      .found button:hover {
        border-color: var(--control);
      }
      .ends {
        display: flex;
        justify-content: flex-end;
        gap: 0.5rem;
      }
    `,
  ];

  override render() {
    return html`<cd-dialog heading=${this.t('merge.title')} @close=${() => this.dispatchEvent(new Event('close'))}>
      <div class="body">
        <p class="soft small">${this.t('merge.text')}</p>
        <div class="pair">
          ${this.one('merge.into', this.device)}
          ${this.other
            ? html`<button class="chip swap" @click=${this.swap}>${icon('sort', 16)}${this.t('merge.swap')}</button>
                ${this.one('merge.other', this.other)}`
            : this.find()}
        </div>
        ${this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing}
        <div class="ends">
          <button class="button" @click=${() => this.dialog.close()}>${this.t('app.cancel')}</button>
          <button class="button primary" ?disabled=${!this.other || this.busy} @click=${this.merge}>${this.t('merge.do')}</button>
        </div>
      </div>
    </cd-dialog>`;
  }

  private one(word: 'merge.into' | 'merge.other', device: Device) {
    return html`<div class="one">
      <span class="soft small">${this.t(word)}</span>
      <strong><bdi>${fullLabel(device, this.lang_)}</bdi></strong>
      <span class="soft small"><bdi>${plain(device.id, 120)}</bdi></span>
    </div>`;
  }

  private find() {
    const others: Device[] = [];
    for (const device of this.search ? home.devices.values() : []) {
      if (device.id !== this.device.id && matches(device, this.search, this.lang_)) others.push(device);
      if (others.length === found) break;
    }
    return html`<div>
      <label class="search">
        <span class="hidden-text">${this.t('merge.find')}</span>
        ${icon('search', 18)}
        <input
          type="search"
          autocomplete="off"
          maxlength="100"
          placeholder=${this.t('merge.find')}
          @input=${(event: InputEvent) => (this.search = (event.target as HTMLInputElement).value)}
        />
      </label>
      <div class="found">
        ${others.map(
          (device) =>
            html`<button @click=${() => (this.other = device)}>
              <bdi>${fullLabel(device, this.lang_)}</bdi> <span class="soft small"><bdi>${plain(device.id)}</bdi></span>
            </button>`,
        )}
        ${this.search && others.length === 0 ? html`<p class="soft small" role="status">${this.t('devices.none')}</p>` : nothing}
      </div>
    </div>`;
  }

  private swap = () => ([this.device, this.other] = [this.other!, this.device]);

  private merge = async () => {
    this.busy = true;
    this.failed = '';
    try {
      await api.mergeDevices(this.device.id, this.other!.id);
      await home.read();
      say(this.t('merge.done'));
      this.dispatchEvent(new CustomEvent('merged', { detail: this.device.id }));
      this.dialog.close();
    } catch (error) {
      this.failed = isMissing(error) ? this.t('edit.unsupported') : errorText(error);
    }
    this.busy = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-device-merge': DeviceMerge;
  }
}
