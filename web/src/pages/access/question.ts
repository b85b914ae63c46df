// May somebody do this, and why? The gateway's explanation in words.
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { people, type Answer, type Grant, type OwnRole } from '../../api/people';
import { home } from '../../api/store';
import type { Key } from '../../api/types';
import { answerReasons, questionKinds, questionOf, reasonWords, roleLabel, type QuestionKind, type Reason } from '../../model/access-answer';
import type { Names } from '../../model/grants';
import { fullLabel, roomLabel } from '../../model/names';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';
import { AdminPart } from '../people/admin';
import { adminStyles } from '../people/admin.css';

@customElement('cd-question')
export class QuestionBox extends AdminPart {
  @property() who = '';
  @property() at = ''; // RFC 3339; empty: now
  @property({ attribute: false }) areas: string[] = [];
  @property({ attribute: false }) roles: OwnRole[] = [];
  @property({ attribute: false }) grants: Grant[] = [];
  @property({ attribute: false }) keys: Key[] = [];
  @state() private kind: QuestionKind = 'area';
  @state() private answer: Answer | undefined;

  static override styles = [
    shared,
    formStyles,
    adminStyles,
    css`
      form {
        padding: 1rem 1.1rem 1.1rem;
      }
      .triple {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr));
        gap: 1rem;
      }
      .answer {
        margin-top: 0.8rem;
        padding: 1rem 1.1rem 1.1rem;
        display: grid;
        gap: 0.6rem;
      }
      .verdict {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        font-size: 1.0625rem;
        font-weight: 650;
        color: var(--alert);
      }
      .verdict.yes {
        color: var(--good);
      }
      .grants li {
        display: block;
      }
    `,
  ];

  // Another person or time: what was answered is about somebody else.
  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('who') || changed.has('at')) this.answer = undefined;
  }

  override render() {
    return html`<section aria-labelledby="question">
      <h2 id="question">${this.t('access.question')}</h2>
      <form class="card" @submit=${this.ask}>
        <div class="triple">
          <div>
            <label class="field-label" for="action">${this.t('access.action')}</label>
            <select id="action" name="action">
              ${(['read', 'control', 'admin'] as const).map((action) => html`<option value=${action}>${this.t(`access.action.${action}`)}</option>`)}
            </select>
          </div>
          <div>
            <label class="field-label" for="kind">${this.t('access.kind')}</label>
            <select id="kind" @change=${(event: Event) => (this.kind = (event.target as HTMLSelectElement).value as QuestionKind)}>
              ${questionKinds.map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${this.t(`access.kind.${kind}`)}</option>`)}
            </select>
          </div>
          ${this.name()}
          <div>
            <label class="field-label" for="from">${this.t('access.from')}</label>
            <input id="from" name="from" autocomplete="off" placeholder="192.168.0.20" maxlength="60" />
          </div>
        </div>
        ${this.failure()}
        <div class="ends"><button class="button primary" ?disabled=${this.busy || !this.who}>${this.t('access.ask')}</button></div>
      </form>
      <div role="status">${this.answer ? this.answered(this.answer) : nothing}</div>
    </section>`;
  }

  private name() {
    const { kind } = this;
    const label = this.t(`access.name.${kind}`);
    const options: [string, string][] = [];
    if (kind === 'device') options.push(...[...home.devices.values()].map((device): [string, string] => [device.id, fullLabel(device, this.lang_)]));
    if (kind === 'area') options.push(...this.areas.map((area): [string, string] => [area, roomLabel(area, this.lang_)]));
    const choose = options.length > 0;
    return html`<div>
      <label class="field-label" for="name">${this.t('access.which')}</label>
      ${choose
        ? html`<select id="name" name="name">${options.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select>`
        : html`<input id="name" name="name" required autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="400" placeholder=${label} />`}
    </div>`;
  }

  private async ask(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    this.answer = undefined;
    const question = { who: this.who, action: text('action'), what: questionOf(this.kind, text('name')) };
    const [at, from] = [this.at && { at: this.at }, text('from') && { from: text('from') }];
    this.answer = await this.try(() => people.explain({ ...question, ...(at || {}), ...(from || {}) }));
  }

  private readonly names: Names = {
    device: (id) => {
      const device = home.devices.get(id);
      return device && fullLabel(device, this.lang_);
    },
    key: (id) => this.keys.find((key) => key.id === id)?.name,
  };

  private answered(answer: Answer) {
    const reasons = answerReasons(answer, this.roles, this.grants, this.lang_, this.names);
    const { area } = answer.what;
    return html`<div class="card answer">
      <p class="verdict ${answer.allowed ? 'yes' : ''}">${icon(answer.allowed ? 'check' : 'close', 20)}${this.t(answer.allowed ? 'access.yes' : 'access.no')}</p>
      <p>${reasonWords(answer.because, this.lang_) ?? plain(answer.because, 200)}</p>
      ${answer.roles.length
        ? html`<p class="soft small">${this.t('access.roles', { names: answer.roles.map((role) => roleLabel(role, this.lang_)).join(', ') })}</p>`
        : nothing}
      ${area && this.kind !== 'area' ? html`<p class="soft small">${this.t('access.room', { name: roomLabel(area, this.lang_) })}</p>` : nothing}
      ${reasons.length
        ? html`<div>
            <p class="field-label">${this.t(answer.allowed ? 'access.by' : 'access.near')}</p>
            <ul class="grants">${reasons.map((reason) => this.reason(reason))}</ul>
          </div>`
        : nothing}
      <p class="soft small">${this.clock(answer)}</p>
    </div>`;
  }

  private reason({ from, grant, lacks }: Reason) {
    return html`<li>
      <strong>${from}</strong>: ${grant}
      ${lacks.map((lack) => html`<p class="soft small">${lack}</p>`)}
    </li>`;
  }

  private clock({ at, time_zone = '' }: Answer): string {
    let format: Intl.DateTimeFormat;
    const shown = { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' } as const;
    try {
      format = new Intl.DateTimeFormat(this.lang_, time_zone ? { ...shown, timeZone: time_zone } : shown);
    } catch {
      format = new Intl.DateTimeFormat(this.lang_, shown); // a zone that this browser does not know
    }
    return this.t('access.clock', { time: format.format(new Date(at)), zone: time_zone || 'UTC' });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-question': QuestionBox;
  }
}
