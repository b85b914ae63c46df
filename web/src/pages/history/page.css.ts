import { css } from 'lit';

export const historyStyles = css`
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
    min-height: 2.1rem;
    margin-bottom: 0.9rem;
  }
  cd-series-picker {
    margin-bottom: 0.9rem;
    max-width: 36rem;
  }
  .hint {
    margin: 0 0 0.8rem;
  }
  .foot .hint {
    margin: 0;
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 0.5rem;
    padding: 3rem 1.25rem;
    text-align: center;
  }
  .empty svg {
    color: var(--accent);
  }
  .empty p {
    text-wrap: balance;
    max-width: 32rem;
    margin-bottom: 0.8rem;
  }
  .empty .chips {
    justify-content: center;
  }
  .empty .chip svg {
    color: inherit;
  }
  .chart {
    margin: 0.9rem 0;
    padding: 0.6rem 0.8rem 0.8rem;
    --chart-height: 17rem;
    --chart-height-wide: 24rem;
  }
  .bar,
  .foot {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  .bar {
    padding-left: 0.3rem;
    min-height: 2.5rem;
  }
  .tools {
    display: flex;
    flex: none;
  }
  .round {
    display: grid;
    place-items: center;
    width: 2.4rem;
    height: 2.4rem;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
    color: var(--text);
  }
  .round:hover:not([disabled]) {
    background: var(--sunk);
  }
  .round[disabled] {
    color: var(--control);
    cursor: default;
  }
  .foot {
    margin-top: 0.5rem;
    padding-left: 0.3rem;
  }
  .touch {
    display: none;
  }
  @media (pointer: coarse), (max-width: 40rem) {
    .mouse {
      display: none;
    }
    .touch {
      display: inline;
    }
  }
  .waiting {
    opacity: 0.5;
  }
  @media (max-width: 40rem) {
    .bar {
      flex-wrap: wrap;
      padding-top: 0.2rem;
    }
    .tools {
      margin-left: auto;
    }
  }
`;
