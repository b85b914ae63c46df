import { css } from 'lit';

export const appStyles = css`
  :host {
    min-height: 100vh;
    min-height: 100dvh;
  }
  header {
    position: sticky;
    top: 0;
    z-index: 5;
    background: color-mix(in srgb, var(--page) 88%, transparent);
    backdrop-filter: blur(12px);
    border-bottom: 1px solid var(--line);
  }
  .bar,
  main {
    max-width: 74rem;
    margin: 0 auto;
    padding: 0 max(1rem, env(safe-area-inset-right)) 0 max(1rem, env(safe-area-inset-left));
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 3.75rem;
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 0.55rem;
    color: var(--text);
    font-weight: 700;
    font-size: 1.0625rem;
    letter-spacing: -0.01em;
    text-decoration: none;
    border-radius: 8px;
  }
  nav {
    display: flex;
    gap: 0.15rem;
    margin-left: 0.75rem;
  }
  nav a {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    min-height: 2.5rem;
    padding: 0 0.8rem;
    border-radius: 11px;
    color: var(--soft);
    font-size: 0.9375rem;
    font-weight: 550;
    text-decoration: none;
    white-space: nowrap;
  }
  nav a:hover {
    color: var(--text);
  }
  nav a[aria-current='page'] {
    background: var(--accent-soft);
    color: var(--accent);
  }
  .live {
    display: inline-flex;
    align-items: center;
    gap: 0.4rem;
    margin: 0 0.25rem 0 auto;
    color: var(--soft);
    font-size: 0.8125rem;
    white-space: nowrap;
  }
  .dot {
    width: 0.5rem;
    height: 0.5rem;
    border-radius: 50%;
    background: var(--control);
  }
  .live.on .dot {
    background: var(--good);
    box-shadow: 0 0 0 3px var(--good-soft);
  }
  /* Over the page, not in it: what is being read does not jump. */
  .offline {
    position: absolute;
    left: 0;
    right: 0;
    top: 100%;
    background: var(--active-soft);
    color: var(--active);
    border-bottom: 1px solid var(--line);
    padding: 0.45rem 1rem;
    text-align: center;
    font-size: 0.875rem;
    font-weight: 550;
  }
  main {
    padding-top: 1.25rem;
    padding-bottom: calc(var(--bottom-bar, 0px) + max(3rem, env(safe-area-inset-bottom)));
    outline: none;
  }
  .skip {
    position: absolute;
    left: 1rem;
    top: -4rem;
    z-index: 20;
  }
  .skip:focus {
    top: 0.6rem;
  }
  /* Phones: the pages are at the thumb. */
  @media (max-width: 40rem) {
    .bar {
      min-height: 3.25rem;
    }
    nav {
      position: fixed;
      inset: auto 0 0 0;
      z-index: 6;
      display: grid;
      grid-auto-flow: column;
      grid-auto-columns: 1fr;
      gap: 0;
      margin: 0;
      height: calc(var(--bottom-bar, 3.6rem) + env(safe-area-inset-bottom));
      padding-bottom: env(safe-area-inset-bottom);
      background: var(--card);
      border-top: 1px solid var(--line);
    }
    nav a {
      flex-direction: column;
      justify-content: center;
      gap: 0.1rem;
      height: var(--bottom-bar, 3.6rem);
      padding: 0;
      border-radius: 0;
      font-size: 0.75rem;
    }
    nav a svg {
      padding: 0.15rem 0.9rem;
      box-sizing: content-box;
      border-radius: 99px;
    }
    nav a[aria-current='page'] {
      background: none;
    }
    nav a[aria-current='page'] svg {
      background: var(--accent-soft);
    }
    header {
      backdrop-filter: none; /* would hold the fixed bar inside itself */
      background: var(--page);
    }
  }
`;
