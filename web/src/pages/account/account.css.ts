// What the parts of the account page share.
import { css } from 'lit';

export const accountStyles = css`
  .card {
    padding: 1.1rem 1.15rem 1.2rem;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  .text {
    margin-top: 0.25rem;
  }
  li,
  .row {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.2rem 1rem;
    align-items: center;
    padding: 0.8rem 0;
    border-top: 1px solid var(--line);
  }
  li:last-child,
  .row:last-child {
    padding-bottom: 0;
  }
  @media (max-width: 30rem) {
    li.roomy {
      grid-template-columns: minmax(0, 1fr);
    }
    li.roomy .buttons {
      grid-row: 3;
      justify-content: flex-start;
      margin-top: 0.3rem;
    }
  }
  ul,
  .rows {
    margin-top: 0.9rem;
  }
  strong {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .about {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    gap: 0.1rem 0.9rem;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.5rem;
  }
  form,
  .stack {
    display: grid;
    gap: 1rem;
  }
  .empty {
    margin-top: 0.9rem;
  }
  label.switch {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-height: 1.9rem;
  }
`;
