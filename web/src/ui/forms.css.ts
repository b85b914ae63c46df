// Inputs, and what stands around them.
import { css } from 'lit';

export const formStyles = css`
  input:not([type='checkbox']):not([type='radio']),
  select,
  textarea {
    width: 100%;
    min-width: 0;
    min-height: 2.6rem;
    padding: 0 0.75rem;
    border: 1px solid var(--control);
    border-radius: 12px;
    background: var(--card);
    color: inherit;
    font: inherit;
  }
  textarea {
    padding: 0.6rem 0.75rem;
    line-height: 1.5;
    resize: vertical;
  }
  select {
    padding-right: 2rem;
    appearance: none;
    background: var(--card) url('/chevron.svg') no-repeat right 0.7rem center / 0.75rem;
    text-overflow: ellipsis;
  }
  input::placeholder,
  textarea::placeholder {
    color: var(--soft);
    opacity: 1;
  }
  input[type='checkbox'] {
    width: 1.2rem;
    height: 1.2rem;
    margin: 0;
    accent-color: var(--accent);
  }
  .search {
    position: relative;
    display: block;
  }
  .search svg {
    position: absolute;
    left: 0.75rem;
    top: 0.7rem;
    color: var(--soft);
    pointer-events: none;
  }
  .search input:not([type='checkbox']) {
    padding-left: 2.4rem;
  }
  .field-label {
    display: block;
    margin-bottom: 0.3rem;
    font-size: 0.875rem;
    font-weight: 550;
  }
  .hint {
    margin-top: 0.3rem;
    font-size: 0.8125rem;
    color: var(--soft);
  }
  .button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  .button.primary:hover {
    filter: brightness(1.08);
  }
  .button[disabled] {
    opacity: 0.55;
    cursor: default;
  }
  .chips {
    display: flex;
    gap: 0.4rem;
    flex-wrap: wrap;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 0.35rem;
    min-height: 2.1rem;
    padding: 0 0.8rem;
    border: 1px solid var(--line);
    border-radius: 99px;
    background: var(--card);
    color: var(--text);
    font-size: 0.875rem;
    font-weight: 550;
    white-space: nowrap;
    text-decoration: none;
  }
  .chip:hover {
    border-color: var(--control);
  }
  .chip[aria-pressed='true'] {
    background: var(--accent-soft);
    border-color: var(--accent);
    color: var(--accent);
  }
  .chip .n {
    color: var(--soft);
    font-variant-numeric: tabular-nums;
  }
  .chip[aria-pressed='true'] .n {
    color: inherit;
  }
  .error {
    color: var(--alert);
    font-size: 0.875rem;
  }
`;
