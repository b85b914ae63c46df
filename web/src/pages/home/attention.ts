// What needs a look: alarms, empty batteries, devices that are away or silent.
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { devicePath } from '../../app/router';
import { View } from '../../app/settings';
import { labelOf } from '../../model/fields';
import { formatAgo, formatNumber, showText } from '../../model/format';
import { batteryLevel, type Concern } from '../../model/home';
import { fullLabel } from '../../model/names';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';

const shown = 8; // more are a click away

@customElement('cd-attention')
export class Attention extends View {
  @property({ attribute: false }) concerns: Concern[] = [];
  @state() private whole = false;

  static override styles = [
    shared,
    css`
      .concerns {
        margin-bottom: 1rem;
        padding: 0.85rem 1rem;
      }
      h2 {
        font-size: 0.9375rem;
        margin-bottom: 0.5rem;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.45rem;
      }
      li {
        max-width: 100%;
      }
      .concern {
        display: inline-flex;
        align-items: center;
        gap: 0.45rem;
        max-width: 100%;
        min-height: 2.1rem;
        padding: 0.25rem 0.75rem;
        border: 0;
        border-radius: 10px;
        background: var(--sunk);
        color: var(--text);
        font-size: 0.875rem;
        font-weight: 550;
        line-height: 1.3;
        text-decoration: none;
      }
      .concern svg {
        flex: none;
      }
      .concern.alert {
        background: var(--alert-soft);
        color: var(--alert);
      }
      .concern.battery {
        background: var(--active-soft);
        color: var(--active);
      }
      .concern:hover span {
        text-decoration: underline;
      }
    `,
  ];

  override render() {
    if (this.concerns.length === 0) return nothing;
    const list = this.whole ? this.concerns : this.concerns.slice(0, shown);
    const more = this.concerns.length - list.length;
    return html`<div class="concerns card">
      <h2>${this.t('home.attention')}</h2>
      <ul>
        ${repeat(list, (concern) => concern.device.id, (concern) => this.concern(concern))}
        ${more > 0
          ? html`<li>
              <button class="concern" @click=${() => (this.whole = true)}>
                <span>${this.t('home.attention.more', { n: formatNumber(more, this.lang_, 0) })}</span>
              </button>
            </li>`
          : nothing}
      </ul>
    </div>`;
  }

  private concern(concern: Concern) {
    const { device, kind } = concern;
    const picture = { alert: 'warn', battery: 'battery', stale: 'clock', offline: 'signal' } as const;
    return html`<li>
      <a class="concern ${kind}" href=${devicePath(device.id)}
        >${icon(picture[kind], 17)}<span><bdi>${fullLabel(device, this.lang_)}</bdi> · ${this.what(concern)}</span></a
      >
    </li>`;
  }

  private what({ device, kind, field }: Concern): string {
    const lang = this.lang_;
    if (kind === 'stale') return this.t('home.stale', { time: formatAgo(device.last_seen, Date.now(), lang) });
    if (kind === 'offline') return this.t('home.offline');
    if (kind === 'alert') return field ? showText(field, field.value, lang) : labelOf({ name: 'problem' }, lang);
    const level = batteryLevel(device);
    return typeof level === 'number'
      ? this.t('home.battery', { value: `${formatNumber(level, lang, 0)}%` })
      : this.t('home.battery.low');
  }
}
