// The audit: who did what, the newest first, with filters that stand in the address.
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { people, type AuditEvent } from '../../api/people';
import { keepParameters, parameters } from '../../app/router';
import {
  actorWord, detailWords, eventGroups, eventWord, groupNames, isAlarming, momentsOf, readFilter, subjectWord, writeFilter,
  type AuditFilter,
} from '../../model/audit';
import { formatNumber, formatTime } from '../../model/format';
import { formStyles } from '../../ui/forms.css';
import { shared } from '../../ui/styles';
import type { Word } from '../../words/i18n';
import { AdminPage } from '../people/admin';
import { adminStyles } from '../people/admin.css';

const pageLength = '50';
const none: AuditFilter = { who: '', event: '', subject: '', from: '', to: '' };

@customElement('cd-audit')
export class AuditPage extends AdminPage {
  @state() private filter: AuditFilter = readFilter(parameters());
  @state() private events: AuditEvent[] | undefined;
  @state() private next: number | undefined;
  @state() private names: string[] = [];
  #asking: AbortController | undefined;

  static override styles = [
    shared,
    formStyles,
    adminStyles,
    css`
      .filter {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr));
        gap: 0.7rem;
        align-items: end;
        margin-bottom: 1rem;
      }
      .list > li {
        grid-template-columns: minmax(0, 1fr);
      }
      .filter > * {
        min-width: 0;
      }
      .alarming strong {
        color: var(--alert);
      }
      time {
        font-variant-numeric: tabular-nums;
      }
      .older {
        width: 100%;
        margin-top: 1rem;
      }
      @media (max-width: 40rem) {
        .filter {
          grid-template-columns: 1fr 1fr;
        }
      }
    `,
  ];
  protected readonly heading: Word = 'audit.title';

  protected async read() {
    const list = await people.list();
    this.names = list.map(({ username }) => username);
    await this.look();
  }

  // The newest question counts.
  private async look(before?: number) {
    this.#asking?.abort();
    const mine = (this.#asking = new AbortController());
    const { who, event, subject } = this.filter;
    const query = { who, event, subject, ...momentsOf(this.filter), limit: pageLength, ...(before ? { before: String(before) } : {}) };
    const { events, next } = await people.audit(query, mine.signal);
    if (mine.signal.aborted) return;
    this.events = before ? [...(this.events ?? []), ...events] : events;
    this.next = next;
  }

  private async ask(change: Partial<AuditFilter>) {
    this.filter = { ...this.filter, ...change };
    keepParameters(writeFilter(this.filter));
    await this.again(() => this.look());
  }

  private async again(work: () => Promise<void>) {
    this.failed = '';
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DOMException)) this.failed = this.said(error);
    }
  }

  protected content() {
    return html`
      <h1 tabindex="-1">${this.t('audit.title')}</h1>
      <p class="soft text">${this.t('audit.text')}</p>
      ${this.events ? html`${this.tools()} ${this.failure()} ${this.list(this.events)}` : this.waiting()}
    `;
  }

  private tools() {
    const { filter } = this;
    const value = (event: Event) => (event.target as HTMLInputElement | HTMLSelectElement).value.trim();
    const text = (name: 'who' | 'subject') => html`<label>
      <span class="field-label">${this.t(`audit.${name}`)}</span>
      <input
        id=${name} list="names" maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false" .value=${filter[name]}
        @change=${(event: Event) => void this.ask({ [name]: value(event) })}
      />
    </label>`;
    const day = (name: 'from' | 'to') => html`<label>
      <span class="field-label">${this.t(`audit.${name}`)}</span>
      <input id=${name} type="date" .value=${filter[name]} @change=${(event: Event) => void this.ask({ [name]: value(event) })} />
    </label>`;
    const set = Object.values(filter).some(Boolean);
    return html`<div class="filter" role="search">
        <label>
          <span class="field-label">${this.t('audit.event')}</span>
          <select id="event" @change=${(event: Event) => void this.ask({ event: value(event) })}>
            <option value="" ?selected=${!filter.event}>${this.t('audit.event.all')}</option>
            ${groupNames.map(
              (group) => html`<optgroup label=${this.t(`audit.group.${group}`)}>
                ${eventGroups[group].map((event) => html`<option value=${event} ?selected=${event === filter.event}>${eventWord(event, this.lang_)}</option>`)}
              </optgroup>`,
            )}
          </select>
        </label>
        ${text('who')} ${text('subject')} ${day('from')} ${day('to')}
        ${set ? html`<button class="button" id="clear" @click=${() => void this.ask(none)}>${this.t('audit.clear')}</button>` : nothing}
      </div>
      <datalist id="names">${this.names.map((name) => html`<option value=${name}></option>`)}</datalist>`;
  }

  private list(events: AuditEvent[]) {
    if (!events.length) return html`<p class="card empty soft" role="status">${this.t('audit.none')}</p>`;
    return html`
      <p class="hidden-text" role="status">${this.t('audit.shown', { n: formatNumber(events.length, this.lang_, 0) })}</p>
      <ul class="list card">${events.map((event) => this.row(event))}</ul>
      ${this.next
        ? html`<button class="button older" id="older" @click=${() => void this.again(() => this.look(this.next))}>${this.t('audit.older')}</button>`
        : nothing}
    `;
  }

  private row(event: AuditEvent) {
    const subject = event.subject && event.subject !== event.actor ? subjectWord(event) : '';
    const detail = detailWords(event.detail, this.lang_);
    return html`<li class=${isAlarming(event.event) ? 'alarming' : ''}>
      <div class="title">
        <strong>${eventWord(event.event, this.lang_)}</strong>
        ${subject ? html`<bdi>${subject}</bdi>` : nothing}
      </div>
      <div class="about soft small">
        <time datetime=${event.time}>${formatTime(event.time, this.lang_)}</time>
        <span>${actorWord(event.actor, this.lang_)}</span>
        ${detail ? html`<bdi>${detail}</bdi>` : nothing}
        ${event.client ? html`<span class="numbers">${event.client}</span>` : nothing}
      </div>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-audit': AuditPage;
  }
}
