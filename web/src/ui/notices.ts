// Notices that several pages show.
import { html } from 'lit';
import type { Word } from '../words/i18n';

export function adminsOnly(t: (word: Word) => string) {
  return html`<div class="notice">
    <h1 tabindex="-1">${t('app.admin.only')}</h1>
    <p>${t('app.admin.only.text')}</p>
    <a class="button" href="/">${t('app.home')}</a>
  </div>`;
}
