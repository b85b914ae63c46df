import { css } from 'lit';

export const deviceStyles = css`
  .back {
    display: inline-flex;
    align-items: center;
    gap: 0.25rem;
    min-height: 2rem;
    margin: -0.25rem 0 0.5rem -0.3rem;
    color: var(--soft);
    font-size: 0.875rem;
    font-weight: 550;
    text-decoration: none;
    border-radius: 8px;
  }
  .back:hover {
    color: var(--text);
  }
  .head {
    display: flex;
    align-items: center;
    gap: 0.9rem;
    margin-bottom: 1.1rem;
  }
  .head .name {
    min-width: 0;
  }
  h1 {
    display: -webkit-box;
    -webkit-line-clamp: 3;
    -webkit-box-orient: vertical;
    overflow: hidden;
  }
  .head .pill {
    margin-left: 0.3rem;
  }
  .picture {
    display: grid;
    place-items: center;
    flex: none;
    width: 3.2rem;
    height: 3.2rem;
    border-radius: 15px;
    background: var(--accent-soft);
    color: var(--accent);
  }
  .picture.active {
    background: var(--active-soft);
    color: var(--active);
  }
  .picture.alert {
    background: var(--alert-soft);
    color: var(--alert);
  }
  .picture.stale {
    background: var(--sunk);
    color: var(--soft);
  }
  .edit {
    display: grid;
    place-items: center;
    flex: none;
    width: 2.6rem;
    height: 2.6rem;
    margin-left: auto;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: 50%;
    background: var(--card);
    color: var(--soft);
  }
  .edit:hover {
    border-color: var(--control);
    color: var(--text);
  }
  .tabs {
    display: flex;
    gap: clamp(0.7rem, 3.5vw, 1.4rem);
    margin-bottom: 1.3rem;
    border-bottom: 1px solid var(--line);
    overflow: auto hidden;
    scrollbar-width: none;
  }
  .tabs button {
    min-height: 2.6rem;
    padding: 0 0.1rem;
    border: 0;
    border-bottom: 2px solid transparent;
    background: none;
    color: var(--soft);
    font-size: 0.9375rem;
    font-weight: 550;
    white-space: nowrap;
  }
  @media (max-width: 24.9rem) {
    .tabs {
      gap: 0.55rem;
    }
    .tabs button {
      font-size: 0.8125rem;
    }
  }
  .tabs button:hover {
    color: var(--text);
  }
  .tabs button[aria-selected='true'] {
    border-color: var(--accent);
    color: var(--accent);
  }
`;
