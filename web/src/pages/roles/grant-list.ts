// Grants in plain words, each to be changed or taken out where that can be done here.
import { html, nothing } from 'lit';
import type { Grant } from '../../api/people';
import { grantParts, whoWords, type Names } from '../../model/grants';
import { plain } from '../../model/plain';
import { icon } from '../../ui/icons';
import { translate, type Lang } from '../../words/i18n';

export function grantWords(grant: Grant, lang: Lang, names: Names) {
  const parts = grantParts(grant, lang, names);
  return html`<span class="said">
    ${parts.map((part) => html`<span class="part">${part}</span> `)}
    ${grant.note ? html`<span class="soft small">${plain(grant.note, 200)}</span>` : nothing}
  </span>`;
}

export function grantSentence(grant: Grant, lang: Lang, names: Names): string {
  return grantParts(grant, lang, names).join(', ');
}

export function grantActions(grant: Grant, lang: Lang, names: Names, edit: () => void, remove: () => void) {
  const who = grant.who?.map((one) => whoWords(one, lang, names)).join(', ');
  const about = [who, grantSentence(grant, lang, names)].filter(Boolean).join(': ');
  return html`<span class="tools">
    <button type="button" class="tool" aria-label=${`${translate(lang, 'roles.edit')}: ${about}`} @click=${edit}>${icon('edit', 18)}</button>
    <button type="button" class="tool" aria-label=${`${translate(lang, 'roles.remove')}: ${about}`} @click=${remove}>${icon('close', 18)}</button>
  </span>`;
}
