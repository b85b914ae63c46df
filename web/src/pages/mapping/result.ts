// What a message becomes: how it was understood, the readings it makes, the rule it could have.
import { html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { View } from '../../app/settings';
import type { ExplainedReading, Explanation } from '../../api/types';
import { formatNumber } from '../../model/format';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { say } from '../../ui/toast';
import { isWord } from '../../words/i18n';
import { resultStyles } from './result.css';

@customElement('cd-explanation')
export class ExplanationPart extends View {
  @property({ attribute: false }) explanation!: Explanation;

  static override styles = [shared, formStyles, resultStyles];

  override render() {
    const { outcome, decoder, rule, reason, left_out: leftOut = [], descriptions, readings, suggestion } = this.explanation;
    const key = `mapping.outcome.${outcome}`;
    const kind = { decoded: 'good', described: 'good', broken: 'alert' }[outcome] ?? 'plain';
    const fact = (word: Parameters<typeof this.t>[0], text: string) => html`<div><dt>${this.t(word)}</dt><dd><bdi>${text}</bdi></dd></div>`;
    return html`
      <p class="outcome ${kind}" role="status">
        ${icon(kind === 'alert' ? 'warn' : 'check', 20)}<strong>${isWord(key) ? this.t(key) : plain(outcome)}</strong>
      </p>
      <dl class="facts">
        ${decoder ? fact('mapping.decoder', plain(decoder)) : nothing}
        ${fact('mapping.rule', rule ? plain(rule, 120) : this.t('mapping.rule.none'))}
        ${reason ? fact('mapping.reason', this.reason(reason)) : nothing}
        ${leftOut.length ? fact('mapping.left_out', leftOut.map((name) => plain(name)).join(', ')) : nothing}
        ${descriptions ? fact('mapping.descriptions', formatNumber(descriptions, this.lang_, 0)) : nothing}
      </dl>
      ${readings.map((reading) => this.reading(reading))} ${suggestion ? this.suggestion(suggestion.yaml) : nothing}
    `;
  }

  // A name that is counted under "ignored" or "broken", or a sentence.
  private reason(reason: string): string {
    const key = [`ignored.${reason}`, `broken.${reason}`].find(isWord);
    return key ? this.t(key) : plain(reason, 300);
  }

  private reading({ measurement, tags, fields }: ExplainedReading) {
    return html`<div class="reading">
      <h3>${this.t('mapping.reading')}</h3>
      <p class="small">
        <span class="soft">${this.t('mapping.measurement')}</span> <code><bdi>${plain(measurement)}</bdi></code>
        ${Object.entries(tags).map(([name, value]) => html`<span class="tag"><bdi>${plain(name)}</bdi> = <bdi>${plain(value)}</bdi></span>`)}
      </p>
      <table>
        <tbody>
          ${fields.map(
            ({ name, type, value }) => html`<tr>
              <th scope="row"><bdi>${plain(name)}</bdi></th>
              <td class="numbers"><bdi>${value === null ? '–' : plain(String(value), 200)}</bdi></td>
              <td class="soft small">${this.t(`mapping.type.${type}`)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private suggestion(yaml: string) {
    return html`<div class="suggestion">
      <div class="line">
        <h3>${this.t('mapping.suggestion')}</h3>
        <button class="chip" @click=${() => this.copy(yaml)}>${icon('copy', 16)}${this.t('app.copy')}</button>
      </div>
      <pre tabindex="0">${yaml}</pre>
      <p class="hint">${this.t('mapping.suggestion.text')}</p>
    </div>`;
  }

  // Over plain HTTP a browser has no clipboard for us: then the text is selected instead.
  private async copy(yaml: string) {
    try {
      await navigator.clipboard.writeText(yaml);
      say(this.t('app.copied'));
    } catch {
      const text = this.renderRoot.querySelector('pre')!;
      const range = document.createRange();
      range.selectNodeContents(text);
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
      say(this.t('app.copy.failed'), 'alert');
    }
  }
}
