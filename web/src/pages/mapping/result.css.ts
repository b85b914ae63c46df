import { css } from 'lit';

export const resultStyles = css`
  .outcome {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    padding: 0.6rem 0.9rem;
    border-radius: 12px;
    background: var(--sunk);
  }
  .outcome.good {
    background: var(--good-soft);
    color: var(--good);
  }
  .outcome.alert {
    background: var(--alert-soft);
    color: var(--alert);
  }
  .outcome svg {
    flex: none;
  }
  .facts {
    display: grid;
    gap: 0.2rem;
    margin: 0.7rem 0.2rem 0;
    font-size: 0.9375rem;
  }
  .facts div {
    display: flex;
    gap: 0.8rem;
  }
  .facts dt {
    flex: none;
    min-width: 6.2rem;
    color: var(--soft);
  }
  .facts dd {
    min-width: 0;
    font-weight: 550;
  }
  h3 {
    font-size: 0.9375rem;
  }
  .reading,
  .suggestion {
    margin-top: 1rem;
    padding-top: 0.9rem;
    border-top: 1px solid var(--line);
  }
  .tag {
    display: inline-block;
    margin: 0.15rem 0.15rem 0 0;
    padding: 0.05rem 0.55rem;
    border-radius: 99px;
    background: var(--sunk);
    font-size: 0.8125rem;
  }
  table {
    width: 100%;
    margin-top: 0.4rem;
    border-collapse: collapse;
    font-size: 0.9375rem;
  }
  th,
  td {
    padding: 0.35rem 0.6rem 0.35rem 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
  }
  th {
    font-weight: 550;
  }
  td:last-child {
    padding-right: 0;
    text-align: right;
    white-space: nowrap;
  }
  tr:last-child > * {
    border-bottom: 0;
  }
  .line {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
  }
  pre {
    margin: 0.5rem 0;
    overflow: auto;
    padding: 0.8rem 0.9rem;
    border-radius: 12px;
    background: var(--sunk);
    font-size: 0.8125rem;
    line-height: 1.55;
  }
`;
