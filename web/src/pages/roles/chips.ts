// Words that were chosen, each with a button that takes it out.
import { css, html, nothing } from 'lit';
import { icon } from '../../ui/icons';
import { translate, type Lang } from '../../words/i18n';

export const wordChipStyles = css`
  .chips.words {
    margin-bottom: 0.5rem;
  }
  .words .chip {
    max-width: 100%;
    min-height: 2.4rem;
    padding-right: 0.3rem;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .words .chip button {
    display: grid;
    place-items: center;
    flex: none;
    width: 2rem;
    height: 2rem;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
    color: var(--soft);
  }
`;

export function wordChips(label: string, values: string[], nameOf: (value: string) => string, lang: Lang, set: (left: string[]) => void) {
  if (!values.length) return nothing;
  return html`<div class="chips words" role="group" aria-label=${label}>
    ${values.map((value) => {
      const name = nameOf(value);
      return html`<span class="chip">
        <bdi>${name}</bdi>
        <button type="button" aria-label=${translate(lang, 'words.remove', { name })} @click=${() => set(values.filter((one) => one !== value))}>
          ${icon('close', 16)}
        </button>
      </span>`;
    })}
  </div>`;
}
