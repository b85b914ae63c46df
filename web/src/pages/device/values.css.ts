import { css } from 'lit';

export const valuesStyles = css`
  @media (min-width: 60rem) {
    .sheet {
      display: grid;
      grid-template-columns: 20rem minmax(0, 1fr);
      gap: 1.75rem;
      align-items: start;
    }
  }
  section,
  cd-field-chart {
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
    gap: 0.1rem;
    min-width: 0;
    min-height: 5.4rem;
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
    white-space: nowrap;
  }
  .when {
    margin-top: auto;
    font-size: 0.75rem;
    color: var(--soft);
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
`;
