// One place where somebody is signed in: device, address, last use; the row of a list.
import { html, nothing } from 'lit';
import type { Session } from '../api/account';
import { settings } from '../app/settings';
import { describeAgent } from '../model/agent';
import { formatAgo } from '../model/format';
import { translate, type Word } from '../words/i18n';

// `end` is offered for every session but the one that looks.
export function sessionRow(session: Session, busy: boolean, end: () => void) {
  const t = (key: Word, fill?: Record<string, string>) => translate(settings.lang, key, fill);
  const device = describeAgent(session.agent) || t('account.session.unknown');
  return html`<li>
    <div class="title">
      <strong>${device}</strong>
      ${session.current ? html`<span class="pill good">${t('account.session.here')}</span>` : nothing}
    </div>
    ${session.current
      ? nothing
      : html`<button type="button" class="button" ?disabled=${busy} aria-label=${`${t('account.session.end')}: ${device}, ${session.client}`} @click=${end}>
          ${t('account.session.end')}
        </button>`}
    <div class="about soft small">
      <span class="numbers">${session.client}</span>
      <span>${t('account.session.used', { time: formatAgo(session.last_used, Date.now(), settings.lang) })}</span>
    </div>
  </li>`;
}
