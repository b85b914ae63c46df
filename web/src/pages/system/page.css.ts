import { css } from 'lit';

export const systemStyles = css`
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
    margin-bottom: 0.8rem;
  }
  .flood {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    padding: 0.4rem 0;
    color: var(--active);
  }
  section {
    margin-bottom: 1.6rem;
  }
  section > h2 {
    margin-bottom: 0.6rem;
  }
  .verdict {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    margin-bottom: 1.6rem;
    padding: 0.75rem 1rem;
    border-radius: 14px;
    font-weight: 600;
  }
  .verdict.good {
    background: var(--good-soft);
    color: var(--good);
  }
  .verdict.active {
    background: var(--active-soft);
    color: var(--active);
  }
  .dependencies {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(15.5rem, 100%), 1fr));
    gap: 0.7rem;
    align-items: start;
  }
  .dependencies li {
    padding: 0.8rem 1rem;
  }
  .line {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem;
  }
  .line strong {
    font-weight: 600;
  }
  .missing {
    color: var(--active);
    margin-top: 0.2rem;
  }
  .columns {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr));
    gap: 0 1.1rem;
  }
  .facts {
    padding: 0.4rem 1rem;
  }
  .facts dl div {
    display: flex;
    justify-content: space-between;
    gap: 1.25rem;
    padding: 0.45rem 0;
    border-bottom: 1px solid var(--line);
    font-size: 0.9375rem;
  }
  .facts dl div:last-child {
    border-bottom: 0;
  }
  .facts dt {
    color: var(--soft);
  }
  .facts dd {
    text-align: right;
    font-weight: 550;
  }
  .empty {
    padding: 0.45rem 0;
  }
  .meter {
    margin: 0.6rem 0 0.35rem;
    fill: var(--sunk);
  }
  .meter .used {
    fill: var(--accent);
  }
  .meter.high .used {
    fill: var(--active);
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.9375rem;
  }
  th,
  td {
    padding: 0.45rem 0;
    text-align: right;
    border-bottom: 1px solid var(--line);
  }
  th:first-child,
  td:first-child {
    text-align: left;
  }
  th {
    font-size: 0.8125rem;
    font-weight: 550;
    color: var(--soft);
  }
  tbody tr:last-child td {
    border-bottom: 0;
  }
`;
