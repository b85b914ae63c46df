import { css } from 'lit';

export const flowStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.7rem;
  }
  .rate {
    display: flex;
    align-items: center;
    gap: 1.25rem;
    padding: 0.8rem 1rem;
  }
  .rate > div {
    min-width: 7rem;
  }
  .big {
    font-size: 1.75rem;
    font-weight: 650;
    line-height: 1.2;
    letter-spacing: -0.02em;
  }
  .spark {
    flex: 1;
    min-width: 0;
    height: 3rem;
  }
  .spark polyline {
    fill: none;
    stroke: var(--accent);
    stroke-width: 2;
    vector-effect: non-scaling-stroke;
    stroke-linejoin: round;
  }
  .spark polygon {
    fill: var(--accent-soft);
  }
  .counters {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(8.5rem, calc(50% - 0.35rem)), 1fr));
    gap: 0.7rem;
  }
  .counters div {
    padding: 0.65rem 1rem;
  }
  .counters dt {
    font-size: 0.8125rem;
    color: var(--soft);
  }
  .counters dd {
    font-size: 1.25rem;
    font-weight: 650;
  }
  .warned dd {
    color: var(--active);
  }
`;
