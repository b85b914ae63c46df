// What the pages for administrators share.
import { css } from 'lit';

export const adminStyles = css`
  .sections {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
    margin-bottom: 1rem;
  }
  .sections .chip {
    min-height: 2.4rem;
  }
  @media (max-width: 30rem) {
    .sections {
      gap: 0.3rem;
    }
    .sections .chip {
      padding: 0 0.6rem;
      font-size: 0.8125rem;
    }
    .sections svg {
      display: none;
    }
  }
  .sections .chip[aria-current='page'] {
    background: var(--accent-soft);
    border-color: var(--accent);
    color: var(--accent);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.6rem 1rem;
    margin-bottom: 0.5rem;
  }
  .text {
    margin-bottom: 1.2rem;
    text-wrap: pretty;
  }
  h2 {
    margin: 1.6rem 0 0.6rem;
  }
  .list > li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.25rem 1rem;
    align-items: center;
    padding: 0.85rem 1rem;
    border-bottom: 1px solid var(--line);
  }
  .list > li:last-child {
    border-bottom: 0;
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.5rem;
    min-width: 0;
  }
  strong {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .about {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    gap: 0.15rem 0.9rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .empty {
    padding: 1.2rem 1rem;
  }
  form,
  .stack {
    display: grid;
    gap: 1rem;
  }
  form > *,
  .stack > * {
    min-width: 0;
  }
  .pair {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr));
    gap: 1rem;
  }
  fieldset {
    display: grid;
    gap: 0.5rem;
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  .field-label {
    padding: 0;
  }
  label.check {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-height: 2rem;
  }
  .check input {
    flex: none;
  }
  .ends {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.5rem;
  }
  .danger {
    color: var(--alert);
  }
  code {
    display: block;
    padding: 0.75rem;
    border-radius: 12px;
    background: var(--sunk);
    overflow-wrap: anywhere;
    user-select: all;
  }
  .grants {
    display: grid;
    gap: 0.35rem;
  }
  .grants li {
    display: flex;
    flex-wrap: wrap;
    gap: 0.1rem 0.5rem;
    padding: 0.45rem 0.7rem;
    border-radius: 10px;
    background: var(--sunk);
    overflow-wrap: anywhere;
  }
  .said {
    min-width: 0;
  }
  .grants .part:not(:last-child)::after {
    content: ' ·';
    color: var(--soft);
  }
  .skeleton {
    height: 12rem;
    border-radius: 16px;
    background: var(--sunk);
  }
`;
