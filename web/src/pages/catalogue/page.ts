// The sensor catalogue: a table for each measurement, and the same as a file.
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { api } from '../../api/client';
import { errorText } from '../../api/http';
import type { Catalogue, CatalogueRow } from '../../api/types';
import { keepParameters, parameters } from '../../app/router';
import { View } from '../../app/settings';
import { sectionsOf, type Section } from '../../model/catalogue';
import { formatAgo, formatNumber, formatTime } from '../../model/format';
import { plain } from '../../model/plain';
import { formStyles } from '../../ui/forms.css';
import { icon } from '../../ui/icons';
import { shared } from '../../ui/styles';

@customElement('cd-catalogue')
export class CataloguePage extends View {
  @state() private catalogue: Catalogue | undefined;
  @state() private failed = '';
  @state() private query = parameters().get('q') ?? '';

  static override styles = [
    shared,
    formStyles,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.6rem 1rem;
        margin-bottom: 0.5rem;
      }
      .files {
        display: flex;
        gap: 0.5rem;
      }
      .text {
        margin-bottom: 1rem;
      }
      input {
        width: 100%;
      }
      section {
        margin-top: 1rem;
        padding: 0.9rem 1rem 0.4rem;
      }
      h2 {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0.2rem 0.8rem;
        margin-bottom: 0.4rem;
        overflow-wrap: anywhere;
      }
      h2 .soft {
        font-weight: 400;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        table-layout: fixed;
      }
      th {
        padding: 0.3rem 0.5rem 0.3rem 0;
        text-align: left;
        font-size: 0.8125rem;
        font-weight: 600;
        color: var(--soft);
      }
      td {
        padding: 0.45rem 0.5rem 0.45rem 0;
        border-top: 1px solid var(--line);
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      .number {
        width: 5rem;
        text-align: right;
        font-variant-numeric: tabular-nums;
      }
      .seen {
        width: 9rem;
        padding-right: 0;
        text-align: right;
      }
      .narrow {
        display: none;
      }
      @media (max-width: 48rem) {
        .wide {
          display: none;
        }
        .narrow {
          display: block;
        }
        .seen {
          width: 6.5rem;
        }
        .number {
          width: 3.75rem;
        }
      }
      .notice {
        margin-top: 1rem;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  private async read() {
    this.failed = '';
    try {
      this.catalogue = await api.catalogue();
    } catch (error) {
      this.failed = errorText(error);
    }
  }

  private search(query: string) {
    this.query = query;
    keepParameters(new URLSearchParams(query ? { q: query } : {}));
  }

  override render() {
    document.title = `${this.t('catalogue.title')} · CareDian`;
    return html`
      <div class="head">
        <h1 tabindex="-1">${this.t('catalogue.title')}</h1>
        <div class="files">${this.file('markdown', 'md')} ${this.file('csv', 'csv')}</div>
      </div>
      <p class="soft text">${this.t('catalogue.text')}</p>
      ${this.catalogue ? this.content(this.catalogue) : this.waiting()}
    `;
  }

  private file(format: 'markdown' | 'csv', ending: string) {
    const name = this.t(`catalogue.${format}`);
    return html`<a
      class="chip" href=${`/api/v1/catalogue?format=${format}&lang=${this.lang_}`} download=${`caredian-catalogue.${ending}`}
      aria-label=${this.t('catalogue.save', { format: name })}
      >${icon('download', 16)}${name}</a
    >`;
  }

  private waiting() {
    if (this.failed)
      return html`<div class="notice card" role="alert">
        <p>${this.failed}</p>
        <button class="button" @click=${() => void this.read()}>${this.t('app.retry')}</button>
      </div>`;
    return html`<div class="skeleton" role="status"><span class="hidden-text">${this.t('app.loading')}</span></div>`;
  }

  private content({ fields, truncated }: Catalogue) {
    if (!fields.length) return html`<p class="notice card" role="status">${this.t('catalogue.empty')}</p>`;
    const sections = sectionsOf(fields, this.query);
    const count = sections.reduce((sum, { rows }) => sum + rows.length, 0);
    return html`
      <label>
        <span class="hidden-text">${this.t('catalogue.search')}</span>
        <input
          type="search" autocomplete="off" maxlength="100" placeholder=${this.t('catalogue.search')} .value=${this.query}
          @input=${(event: Event) => this.search((event.target as HTMLInputElement).value)}
        />
      </label>
      <p class="hidden-text" role="status">${this.t('catalogue.count', { n: formatNumber(count, this.lang_, 0) })}</p>
      ${truncated ? html`<p class="soft small">${this.t('catalogue.truncated')}</p>` : nothing}
      ${sections.length ? sections.map((section) => this.section(section)) : html`<p class="notice card" role="status">${this.t('catalogue.none')}</p>`}
    `;
  }

  private section({ measurement, tags, rows }: Section) {
    const head = (word: 'field' | 'unit' | 'class' | 'type' | 'devices' | 'seen', style = '') =>
      html`<th scope="col" class=${style}>${this.t(`catalogue.${word}`)}</th>`;
    return html`<section class="card">
      <h2><bdi>${plain(measurement)}</bdi><span class="soft small">${this.t('catalogue.tags')}: <bdi>${tags.map((tag) => plain(tag)).join(', ')}</bdi></span></h2>
      <table>
        <thead>
          <tr>
            ${head('field')} ${head('unit', 'wide')} ${head('class', 'wide')} ${head('type', 'wide')} ${head('devices', 'number')} ${head('seen', 'seen')}
          </tr>
        </thead>
        <tbody>${rows.map((row) => this.row(row))}</tbody>
      </table>
    </section>`;
  }

  private row({ field, unit, device_class: kind, type, devices, last_seen: seen }: CatalogueRow) {
    const of = (text: string | null) => (text ? plain(text) : '');
    return html`<tr>
      <td>
        <bdi>${plain(field)}</bdi>
        <bdi class="narrow soft small">${[of(unit), of(kind), type].filter(Boolean).join(' · ')}</bdi>
      </td>
      <td class="wide"><bdi>${of(unit)}</bdi></td>
      <td class="wide"><bdi>${of(kind)}</bdi></td>
      <td class="wide">${type}</td>
      <td class="number">${formatNumber(devices, this.lang_, 0)}</td>
      <td class="seen"><time datetime=${seen} title=${formatTime(seen, this.lang_)}>${formatAgo(seen, Date.now(), this.lang_)}</time></td>
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cd-catalogue': CataloguePage;
  }
}
