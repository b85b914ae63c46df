// What a hand can do with the device, and what was told it last.
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { View } from '../../app/settings';
import { api } from '../../api/client';
import { errorText } from '../../api/http';
import type { Command, Device, DeviceDetail } from '../../api/types';
import { controlOf } from '../../model/entity';
import { shared } from '../../ui/styles';
import './tell';
import './told';

const shownCommands = 20;

@customElement('cd-device-control')
export class DeviceControl extends View {
  @property({ attribute: false }) device!: Device;
  @property({ attribute: false }) detail: DeviceDetail | undefined;
  @state() private told: Command[] | undefined;
  @state() private failed = '';
  #abort = new AbortController();

  static override styles = [
    shared,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr));
        gap: 0.7rem;
        align-items: start;
      }
      h2 {
        margin: 1.6rem 0 0.6rem;
      }
      .error {
        color: var(--alert);
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }
  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#abort.abort();
  }

  private readonly onTold = () => {
    void this.read();
    this.dispatchEvent(new CustomEvent('changed')); // its state, most likely
  };

  private async read() {
    this.#abort.abort();
    const { signal } = (this.#abort = new AbortController());
    try {
      this.told = await api.commands(this.device.id, shownCommands, signal);
      this.failed = '';
    } catch (error) {
      if (!signal.aborted) this.failed = errorText(error);
    }
  }

  override render() {
    if (!this.detail) return html`<p class="soft" role="status">${this.t('app.loading')}</p>`;
    const entities = this.detail.entities ?? [];
    const controls = entities.filter((entity) => controlOf(entity, entity.state));
    return html`
      ${controls.length
        ? html`<ul>
            ${controls.map((entity) => html`<li><cd-tell .device=${this.device} .entity=${entity} @told=${this.onTold}></cd-tell></li>`)}
          </ul>`
        : html`<p class="notice soft">${this.t('control.none')}</p>`}
      ${this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing}
      ${this.told?.length
        ? html`<h2>${this.t('control.told')}</h2>
            <cd-told .commands=${this.told} .entities=${entities}></cd-told>`
        : nothing}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-device-control': DeviceControl;
  }
}
