// How messages flow: the rate seen since the page was opened, and what became of them.
import { html, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { View } from '../../app/settings';
import type { System } from '../../api/types';
import { formatNumber } from '../../model/format';
import { shared } from '../../ui/styles';
import { flowStyles } from './flow.css';

export const ratesKept = 60;

@customElement('cd-flow')
export class Flow extends View {
  @property({ attribute: false }) system!: System;
  @property({ attribute: false }) rates: number[] = [];

  static override styles = [shared, flowStyles];

  override render() {
    const { system } = this;
    const n = (value: number, decimals = 0) => formatNumber(value, this.lang_, decimals);
    const lost = (system.dropped_rows ?? 0) + (system.broker_dropped ?? 0);
    const rows = [
      ['system.received', system.received, false],
      ['system.journaled', system.journaled, false],
      ['system.acknowledged', system.acknowledged, false],
      ['system.decoded', system.decoded, false],
      ...(system.described ? [['system.described', system.described, false] as const] : []),
      ['system.dead', system.dead, system.dead > 0],
      ...(lost ? [['system.lost', lost, true] as const] : []),
    ] as const;
    return html`
      <div class="card rate">
        <div>
          <p class="soft small">${this.t('system.rate')}</p>
          <p class="big numbers">${n(system.rates.messages_per_s, 1)}</p>
        </div>
        ${this.spark()}
      </div>
      <dl class="counters">
        ${rows.map(
          ([word, count, warned]) => html`<div class="card ${warned ? 'warned' : ''}">
            <dt>${this.t(word)}</dt>
            <dd class="numbers">${n(count)}</dd>
          </div>`,
        )}
      </dl>
    `;
  }

  private spark() {
    const top = Math.max(1, ...this.rates);
    const start = ratesKept - this.rates.length;
    const points = this.rates.map((rate, i) => `${((start + i) / (ratesKept - 1)) * 200},${46 - (rate / top) * 42}`);
    const first = points[0]?.split(',')[0] ?? '0';
    return html`<svg class="spark" viewBox="0 0 200 48" preserveAspectRatio="none" aria-hidden="true">
      ${points.length > 1
        ? svg`<polygon points=${`${first},48 ${points.join(' ')} 200,48`} /><polyline points=${points.join(' ')} />`
        : nothing}
    </svg>`;
  }
}
