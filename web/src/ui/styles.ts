// What several components share.
import { css, unsafeCSS } from 'lit';

export const shared = css`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  a {
    color: var(--accent);
  }
  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  ul {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  h1 {
    font-size: 1.5rem;
    line-height: 1.3;
    letter-spacing: -0.01em;
    outline: none;
  }
  h2 {
    font-size: 1.0625rem;
    line-height: 1.35;
  }
  button,
  input {
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
  }
  svg {
    display: block;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .soft {
    color: var(--soft);
  }
  .small {
    font-size: 0.8125rem;
  }
  .card {
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 16px;
    box-shadow: var(--shadow);
  }
  .hidden-text {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .pill {
    display: inline-flex;
    align-items: center;
    gap: 0.35rem;
    padding: 0.1rem 0.6rem;
    border-radius: 99px;
    font-size: 0.8125rem;
    font-weight: 600;
    white-space: nowrap;
    background: var(--sunk);
    color: var(--soft);
  }
  .pill.good {
    background: var(--good-soft);
    color: var(--good);
  }
  .pill.active {
    background: var(--active-soft);
    color: var(--active);
  }
  .pill.alert {
    background: var(--alert-soft);
    color: var(--alert);
  }
  .segments {
    display: inline-flex;
    padding: 3px;
    border-radius: 11px;
    background: var(--sunk);
  }
  .segments button {
    min-height: 2rem;
    padding: 0 0.8rem;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--soft);
    font-size: 0.875rem;
    font-weight: 550;
    white-space: nowrap;
  }
  .segments button[aria-pressed='true'] {
    background: var(--card);
    color: var(--text);
    box-shadow: 0 1px 3px rgb(0 0 0 / 14%);
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.45rem;
    min-height: 2.5rem;
    padding: 0 1rem;
    border: 1px solid var(--line);
    border-radius: 11px;
    background: var(--card);
    color: var(--text);
    font-size: 0.9375rem;
    font-weight: 550;
    text-decoration: none;
  }
  .button:hover {
    border-color: var(--control);
  }
  .numbers {
    font-variant-numeric: tabular-nums;
  }
  .notice {
    display: grid;
    justify-items: center;
    gap: 0.5rem;
    padding: 3.5rem 1.25rem;
    text-align: center;
  }
  .notice p {
    text-wrap: balance;
    max-width: 30rem;
    color: var(--soft);
  }
  .notice .button {
    margin-top: 0.75rem;
  }

  ${unsafeCSS([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `.series-${n} { color: var(--series-${n}); stroke: currentColor; }`).join(''))}
`;
