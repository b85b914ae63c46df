// The home at a glance: what is open, where somebody moves, what is on, how much power flows.
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { View } from '../../app/settings';
import type { Device } from '../../api/types';
import { formatNumber, showText } from '../../model/format';
import { fullLabel, roomOf } from '../../model/names';
import { summarizeHome } from '../../model/summary';
import { icon, type IconName } from '../../ui/icons';
import { shared } from '../../ui/styles';

@customElement('cd-home-summary')
export class HomeSummaryPart extends View {
  @property({ attribute: false }) devices: Device[] = [];

  static override styles = [
    shared,
    css`
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(12rem, calc(50% - 0.35rem)), 1fr));
        gap: 0.7rem;
        margin-bottom: 1.2rem;
      }
      .fact {
        position: relative;
        min-width: 0;
        padding: 0.6rem 0.9rem 0.6rem 3.1rem;
      }
      svg {
        position: absolute;
        left: 0.9rem;
        top: calc(50% - 11px);
        color: var(--soft);
      }
      dt {
        font-size: 0.75rem;
        color: var(--soft);
        line-height: 1.35;
      }
      dd {
        font-weight: 600;
        font-size: 0.9375rem;
        line-height: 1.35;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .on svg,
      .on dd {
        color: var(--active);
      }
    `,
  ];

  override render() {
    const lang = this.lang_;
    const sum = summarizeHome(this.devices, (device) => roomOf(device, lang), Date.now());
    const facts = [
      sum.open && this.list('home.now.open', 'door', sum.open.map((device) => fullLabel(device, lang))),
      sum.motion && this.list('home.now.motion', 'motion', sum.motion.map((device) => roomOf(device, lang))),
      sum.on && this.list('home.now.on', 'light', sum.on.map((device) => fullLabel(device, lang))),
      sum.watts !== undefined && this.fact('home.now.power', 'power', `${formatNumber(sum.watts, lang, 0)}\u00a0W`),
      sum.outside && this.fact('home.now.outside', 'temperature', showText(sum.outside, sum.outside.value, lang)),
    ].filter(Boolean);
    return facts.length < 2 ? nothing : html`<dl aria-label=${this.t('home.now')}>${facts}</dl>`;
  }

  private list(word: 'home.now.open' | 'home.now.motion' | 'home.now.on', picture: IconName, names: string[]) {
    const each = [...new Set(names)];
    if (each.length === 0) return this.fact(word, picture, this.t('home.now.none'));
    const text = each.length > 1 ? `${formatNumber(each.length, this.lang_, 0)} · ${each.join(', ')}` : each[0]!;
    return this.fact(word, picture, text, true);
  }

  private fact(word: Parameters<typeof this.t>[0], picture: IconName, value: string, on = false) {
    return html`<div class="fact card ${on ? 'on' : ''}">
      <dt>${icon(picture, 22)}${this.t(word)}</dt>
      <dd class="numbers" title=${value}>${value}</dd>
    </div>`;
  }
}
