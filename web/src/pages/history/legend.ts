// The values in the chart: their colour, their figures beside those they are compared with, their
// records as CSV; and away with them.
import { html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { devicePath } from '../../app/router';
import { View } from '../../app/settings';
import { readingsPath } from '../../api/client';
import { timeText } from '../../api/history';
import { queryOf } from '../../model/chart-series';
import { isFlipped, nameOf, type Named } from '../../model/fields';
import { formatDuration, formatNumber, showText } from '../../model/format';
import type { Compare } from '../../model/period';
import { shareOn, summarize, type Line } from '../../model/series';
import type { Span } from '../../model/span';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import type { Answer, Asked } from './data';
import { legendStyles } from './legend.css';

export interface LegendEntry {
  asked: Asked;
  answer: Answer | undefined;
  label: string;
  color: number;
}

@customElement('cd-legend')
export class Legend extends View {
  @property({ attribute: false }) entries: LegendEntry[] = [];
  @property({ attribute: false }) span: Span = [0, 1];
  @property() compare: Compare = 'none';

  static override styles = [shared, legendStyles];

  override render() {
    return html`<ul aria-label=${this.t('history.series')}>
      ${this.entries.map((entry) => this.entry(entry))}
    </ul>`;
  }

  private entry({ asked, answer, label, color }: LegendEntry) {
    const { key, device, field } = asked;
    const csv = readingsPath({ ...queryOf(key), from: timeText(this.span[0]), to: timeText(this.span[1]), format: 'csv' });
    const file = `${key.device}-${key.field}`.slice(0, 80).replaceAll(/[^\p{L}\p{N}.-]+/gu, '-');
    return html`<li class="card">
      <span class="key series-${color}" aria-hidden="true"></span>
      <div class="body">
        <div class="top">
          ${device ? html`<a href=${devicePath(device.id)}><bdi>${label}</bdi></a>` : html`<span><bdi>${label}</bdi> <span class="pill">${this.t('history.gone')}</span></span>`}
          <span class="does">
            <a class="round" href=${csv} download=${`${file}.csv`} aria-label=${this.t('history.csv.one', { name: label })} title=${this.t('history.csv.one', { name: label })}>${icon('download', 17)}</a>
            <button class="round" aria-label=${this.t('history.remove', { name: label })} title=${this.t('history.remove', { name: label })} @click=${() => this.takeAway(asked)}>${icon('close', 17)}</button>
          </span>
        </div>
        ${answer ? this.figures(answer, field ?? { name: key.field }) : html`<p class="soft small">${this.t('app.loading')}</p>`}
      </div>
    </li>`;
  }

  private figures({ line, before }: Answer, field: Named) {
    if (field.type === 'boolean') return this.flag(line, before, field);
    const sum = summarize(line);
    const sumBefore = before && summarize(before);
    const say = (value: number) => showText(field, value, this.lang_);
    return html`
      ${sum
        ? html`<dl class="numbers">
            ${(['min', 'mean', 'max', 'last'] as const).map((word) => html`<div><dt>${this.t(`device.${word}`)}</dt><dd>${say(sum[word])}</dd></div>`)}
          </dl>`
        : html`<p class="soft small">${this.t('history.nothing')}</p>`}
      ${before && this.compare !== 'none'
        ? html`<p class="before numbers small">
            <span class="dashes" aria-hidden="true"></span>${this.t(`history.earlier.${this.compare}`)}
            ${sumBefore
              ? html`<b>${this.t('device.mean')} ${say(sumBefore.mean)}</b>${sum ? this.difference(sum.mean - sumBefore.mean, field) : nothing}`
              : html`<span class="soft">${this.t('history.nothing')}</span>`}
          </p>`
        : nothing}
    `;
  }

  private difference(by: number, field: Named) {
    const text = showText(field, Math.abs(by), this.lang_);
    return html`<span class="pill" title=${this.t('history.difference')}>${by > 0 ? '▲' : by < 0 ? '▼' : '='} ${text}</span>`;
  }

  private flag(line: Line, before: Line | undefined, field: Named) {
    const state = showText(field, !isFlipped(nameOf(field)), this.lang_);
    const say = (one: Line) => {
      const share = shareOn(one);
      if (share === undefined) return this.t('history.nothing');
      const exact = (one.times.at(-1)! - one.times[0]!) * share;
      const length = exact > 600 ? Math.round(exact / 60) * 60 : exact;
      return `${formatNumber(share * 100, this.lang_, share < 0.1 ? 1 : 0)}% (${formatDuration(length, this.lang_)})`;
    };
    return html`<dl class="numbers"><div><dt>${state}</dt><dd>${say(line)}</dd></div></dl>
      ${before && this.compare !== 'none'
        ? html`<p class="before numbers small"><span class="dashes" aria-hidden="true"></span>${this.t(`history.earlier.${this.compare}`)} <b>${say(before)}</b></p>`
        : nothing}`;
  }

  private takeAway(asked: Asked) {
    this.dispatchEvent(new CustomEvent('remove', { detail: asked.key }));
  }
}
