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
    margin-bottom: 1.4rem;
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
  @media (min-width: 60rem) {
    .sheet {
      display: grid;
      grid-template-columns: 20rem minmax(0, 1fr);
      gap: 1.75rem;
      align-items: start;
    }
  }
  section {
    margin-bottom: 1.5rem;
  }
  section > h2 {
    margin-bottom: 0.6rem;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(9rem, calc(50% - 0.3rem)), 1fr));
    gap: 0.6rem;
  }
  .field {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 0.1rem;
    padding: 0.65rem 0.85rem;
    text-align: left;
  }
  .field:hover {
    border-color: var(--control);
  }
  .field[aria-pressed='true'] {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
  }
  .label {
    font-size: 0.8125rem;
    color: var(--soft);
    line-height: 1.3;
  }
  .now {
    font-size: 1.25rem;
    font-weight: 650;
    line-height: 1.3;
    letter-spacing: -0.01em;
  }
  .now.text {
    font-size: 1rem;
    line-height: 1.5;
    max-height: 3em;
    overflow: hidden;
  }
  .active .now {
    color: var(--active);
  }
  .alert .now {
    color: var(--alert);
  }
  .unit {
    font-size: 0.875rem;
    font-weight: 550;
    color: var(--soft);
    letter-spacing: 0;
  }
  .when {
    font-size: 0.75rem;
    color: var(--soft);
  }
  .chart {
    padding: 1rem 1rem 0.75rem;
  }
  .chart-head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.6rem 1rem;
    margin-bottom: 0.35rem;
  }
  .waiting {
    opacity: 0.45;
  }
  @media (min-width: 48rem) {
    .chart .hole {
      min-height: 20.3rem;
    }
  }
  .hole {
    display: grid;
    place-items: center;
    min-height: 16.3rem;
    color: var(--soft);
    text-align: center;
  }
  .sum,
  .sum dl {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 0.35rem 1.5rem;
  }
  .sum {
    margin-top: 0.75rem;
    padding-top: 0.75rem;
    border-top: 1px solid var(--line);
    font-size: 0.875rem;
  }
  .sum div {
    display: flex;
    gap: 0.45rem;
  }
  .sum dt {
    color: var(--soft);
  }
  .sum dd {
    font-weight: 600;
  }
  .tail {
    margin-top: 0.5rem;
  }
  .csv {
    display: inline-flex;
    align-items: center;
    gap: 0.35rem;
    min-height: 2rem;
    font-weight: 550;
    text-decoration: none;
  }
  .csv:hover {
    text-decoration: underline;
  }
  .records {
    max-height: 19rem;
    overflow-y: auto;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.9375rem;
  }
  th,
  td {
    padding: 0.45rem 1rem;
    text-align: left;
    border-bottom: 1px solid var(--line);
  }
  th {
    position: sticky;
    top: 0;
    background: var(--card);
    color: var(--soft);
    font-size: 0.8125rem;
    font-weight: 550;
  }
  th:last-child,
  td:last-child {
    text-align: right;
  }
  tbody tr:last-child td {
    border-bottom: 0;
  }
  .about {
    padding: 0.35rem 1rem;
  }
  .about div {
    display: flex;
    justify-content: space-between;
    gap: 1.5rem;
    padding: 0.5rem 0;
    border-bottom: 1px solid var(--line);
    font-size: 0.9375rem;
  }
  .about div:last-child {
    border-bottom: 0;
  }
  .about dt {
    color: var(--soft);
  }
  .about dd {
    text-align: right;
  }
`;
