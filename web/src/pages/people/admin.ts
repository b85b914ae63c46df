// What the pages for administrators share: nothing is asked before it is known who looks, members
// get a clear page, refusals are said in the reader's language.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ApiError, errorText } from '../../api/http';
import type { Me } from '../../api/types';
import { View } from '../../app/settings';
import { peopleError } from '../../model/people-errors';
import { icon, type IconName } from '../../ui/icons';
import { adminsOnly } from '../../ui/notices';
import { say } from '../../ui/toast';
import type { Word } from '../../words/i18n';

// A part of such a page: does something, and says what went wrong.
export class AdminPart extends View {
  @state() protected busy = false;
  @state() protected failed = ''; // shown by failure()

  protected said(error: unknown): string {
    const refused = peopleError(errorText(error));
    return refused ? this.t(refused.word, refused.fill) : errorText(error);
  }

  // undefined: it failed, and was said in the part (or, `aloud`, at the edge of the page).
  protected async try<T>(work: () => Promise<T>, aloud = false): Promise<T | undefined> {
    this.busy = true;
    this.failed = '';
    try {
      return await work();
    } catch (error) {
      if (aloud) say(this.said(error), 'alert');
      else this.failed = this.said(error);
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  protected failure() {
    return this.failed ? html`<p class="error" role="alert">${this.failed}</p>` : nothing;
  }

  protected tell(name: string) {
    this.dispatchEvent(new Event(name, { bubbles: true, composed: true }));
  }
}

const sections: readonly [string, Word, IconName][] = [
  ['/people', 'people.title', 'person'],
  ['/roles', 'roles.title', 'lock'],
  ['/access', 'access.short', 'search'],
  ['/enrolment', 'enrolment.short', 'devices'],
  ['/audit', 'audit.title', 'clock'],
];

export abstract class AdminPage extends AdminPart {
  @property({ attribute: false }) me?: Me;
  @state() private forbidden = false;
  #begun = false;

  protected abstract readonly heading: Word;
  // Reads what the page shows; errors are the page's.
  protected abstract read(): Promise<void>;
  protected abstract content(): TemplateResult | typeof nothing;

  override updated(_: PropertyValues) {
    if (this.#begun || this.me?.role !== 'admin') return;
    this.#begun = true;
    void this.load();
  }

  protected async load() {
    try {
      await this.read();
      this.failed = '';
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) this.forbidden = true;
      else if (!(error instanceof DOMException)) this.failed = this.said(error);
    }
  }

  override render() {
    document.title = `${this.t(this.heading)} · CareDian`;
    if (this.forbidden || this.me?.role === 'member') return adminsOnly(this.t.bind(this));
    return html`
      <nav class="sections" aria-label=${this.t('people.sections')}>
        ${sections.map(
          ([path, word, picture]) => html`<a class="chip" href=${path} aria-current=${location.pathname === path ? 'page' : nothing}>
            ${icon(picture, 16)}${this.t(word)}
          </a>`,
        )}
      </nav>
      ${this.content()}
    `;
  }

  protected waiting() {
    return this.failed
      ? html`<div class="notice card">
          <p role="alert">${this.failed}</p>
          <button class="button" @click=${() => void this.load()}>${this.t('app.retry')}</button>
        </div>`
      : html`<div class="skeleton" role="status"><span class="hidden-text">${this.t('app.loading')}</span></div>`;
  }
}
