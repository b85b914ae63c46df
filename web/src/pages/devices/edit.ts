// Name and room of one device, or the room of several.
import { css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { api } from '../../api/client';
import { errorText, isMissing } from '../../api/http';
import { home } from '../../api/store';
import type { Device, DeviceChange } from '../../api/types';
import { formatNumber } from '../../model/format';
import { deviceLabel, haRoom, otherRoom } from '../../model/names';
import { roomsOf } from '../../model/list';
import '../../ui/dialog';
import type { Dialog } from '../../ui/dialog';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';

// Which room: as it says or is guessed, none, the one that is written; undefined: they differ.
type Place = 'automatic' | 'none' | 'room' | undefined;
const placeOfOne = (device: Device): Place => (!device.area_chosen ? 'automatic' : device.area ? 'room' : 'none');

@customElement('cd-device-edit')
export class DeviceEdit extends View {
  @property({ attribute: false }) devices: Device[] = [];
  @state() private failed = '';
  @state() private busy = false;
  @state() private place: Place;
  @state() private room = ''; // as written
  @query('cd-dialog') private dialog!: Dialog;

  static override styles = [
    shared,
    formStyles,
    css`
      form {
        display: grid;
        gap: 1rem;
      }
      .chips {
        margin-top: 0.5rem;
      }
      .ends {
        display: flex;
        justify-content: flex-end;
        gap: 0.5rem;
      }
    `,
  ];

  override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('devices')) return;
    const same = new Set(this.devices.map((device) => `${placeOfOne(device)} ${device.area_chosen ? device.area : ''}`)).size === 1;
    this.place = same ? placeOfOne(this.devices[0]!) : undefined;
    this.room = this.place === 'room' ? (this.devices[0]!.area ?? '') : '';
  }

  override render() {
    const one = this.devices.length === 1 ? this.devices[0]! : undefined;
    const heading = one
      ? this.t('edit.title')
      : this.t('edit.title.many', { n: formatNumber(this.devices.length, this.lang_, 0) });
    return html`<cd-dialog heading=${heading} @close=${() => this.dispatchEvent(new Event('close'))}>
      <form @submit=${this.save}>
        ${one
          ? html`<div>
              <label class="field-label" for="name">${this.t('edit.name')}</label>
              <input id="name" name="name" maxlength="100" autocomplete="off" .value=${one.name} placeholder=${deviceLabel(one, this.lang_)} />
              <p class="hint">${this.t('edit.name.hint')}</p>
            </div>`
          : nothing}
        <div>
          <label class="field-label" for="area">${this.t('edit.area')}</label>
          <input
            id="area"
            maxlength="100"
            autocomplete="off"
            list="rooms"
            .value=${this.room}
            placeholder=${one && this.place === 'automatic' ? (one.area ?? '') : ''}
            @input=${(event: InputEvent) => this.choose('room', (event.target as HTMLInputElement).value)}
          />
          <datalist id="rooms">
            ${roomsOf(home.devices.values(), this.lang_)
              .filter((room) => room.key !== otherRoom && room.key !== haRoom)
              .slice(0, 60)
              .map((room) => html`<option value=${room.label}></option>`)}
          </datalist>
          <div class="chips">
            ${(['automatic', 'none'] as const).map(
              (place) =>
                html`<button type="button" class="chip" aria-pressed=${this.place === place} @click=${() => this.choose(place)}>
                  ${this.t(`edit.area.${place}`)}
                </button>`,
            )}
          </div>
          <p class="hint">${this.t('edit.area.hint')}</p>
        </div>
        ${this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing}
        <div class="ends">
          <button type="button" class="button" @click=${() => this.dialog.close()}>${this.t('app.cancel')}</button>
          <button class="button primary" ?disabled=${this.busy}>${this.t('app.save')}</button>
        </div>
      </form>
    </cd-dialog>`;
  }

  private choose(place: Place, room = '') {
    this.room = room;
    this.place = place === 'room' && !room.trim() ? 'automatic' : place;
  }

  // Only what was changed is sent; an empty name is "as the device says".
  private change(form: FormData, device: Device): DeviceChange {
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const to: DeviceChange = {};
    if (form.has('name') && text('name') !== device.name) to.name = text('name') || null;
    const room = this.room.trim();
    if (this.place === 'room' && !(device.area_chosen && room === device.area)) to.area = room;
    if (this.place && this.place !== 'room' && this.place !== placeOfOne(device)) to.area = this.place === 'none' ? '' : null;
    return to;
  }

  private async save(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    this.busy = true;
    this.failed = '';
    try {
      for (const device of this.devices) {
        const to = this.change(form, device);
        if (Object.keys(to).length) await api.changeDevice(device.id, to);
      }
      await home.read();
      say(this.t('app.saved'));
      this.dialog.close();
      this.dispatchEvent(new Event('saved'));
    } catch (error) {
      this.failed = isMissing(error) ? this.t('edit.unsupported') : errorText(error);
    }
    this.busy = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-device-edit': DeviceEdit;
  }
}
