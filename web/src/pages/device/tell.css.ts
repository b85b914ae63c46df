import { css } from 'lit';

export const tellStyles = css`
  .card {
    display: grid;
    gap: 0.6rem;
    padding: 0.85rem 1rem;
    min-width: 0;
  }
  .top {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: 1rem;
  }
  .top strong {
    min-width: 0;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .top span {
    max-width: 60%;
    font-weight: 650;
    text-align: right;
    overflow-wrap: anywhere;
  }
  form {
    display: flex;
    align-items: center;
    gap: 0.5rem;
  }
  input[aria-invalid='true'] {
    border-color: var(--alert) !important;
  }
  .hint:empty,
  .came:empty {
    display: none;
  }
  .chip {
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .toggle {
    position: relative;
    justify-self: start;
    width: 3.4rem;
    height: 2rem;
    padding: 0;
    border: 1px solid var(--control);
    border-radius: 99px;
    background: var(--sunk);
  }
  .toggle span {
    position: absolute;
    top: 0.2rem;
    left: 0.2rem;
    width: 1.45rem;
    height: 1.45rem;
    border-radius: 50%;
    background: var(--soft);
    transition: translate 0.15s;
  }
  .toggle[aria-checked='true'] {
    border-color: var(--accent);
    background: var(--accent);
  }
  .toggle[aria-checked='true'] span {
    background: var(--on-accent);
    translate: 1.35rem 0;
  }
  button[disabled] {
    opacity: 0.6;
    cursor: progress;
  }
  .came {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3rem 0.7rem;
    overflow-wrap: anywhere;
  }
  .came svg {
    display: inline-block;
    vertical-align: -0.2em;
  }
  form .button,
  .press {
    flex: none;
    justify-self: start;
    white-space: nowrap;
  }
  .good {
    color: var(--good);
  }
  .bad {
    color: var(--alert);
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    font-weight: 600;
    text-decoration: underline;
  }
  @media (prefers-reduced-motion: reduce) {
    .toggle span {
      transition: none;
    }
  }
`;
