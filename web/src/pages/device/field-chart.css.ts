import { css } from 'lit';

export const fieldChartStyles = css`
  section {
    padding: 1rem 1rem 0.75rem;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.6rem 1rem;
    margin-bottom: 0.5rem;
  }
  .segments button {
    padding: 0 0.65rem;
  }
  /* As high before the data come as after. */
  .place {
    min-height: 18.2rem;
  }
  @media (min-width: 48rem) {
    .place {
      min-height: 22.2rem;
    }
  }
  .hole {
    display: grid;
    place-items: center;
    min-height: 15rem;
    color: var(--soft);
    text-align: center;
  }
  .sum,
  .sum dl {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.35rem 1.25rem;
  }
  .sum {
    min-height: 2.9rem;
    margin-top: 0.5rem;
    padding-top: 0.5rem;
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
  .ends {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 1rem;
    margin-top: 0.3rem;
  }
  .link {
    display: inline-flex;
    align-items: center;
    gap: 0.35rem;
    min-height: 2.2rem;
    font-weight: 550;
    text-decoration: none;
  }
  .link:hover {
    text-decoration: underline;
  }
`;
