import { css } from 'lit';

export const legendStyles = css`
  ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr));
    gap: 0.7rem;
  }
  li {
    display: flex;
    gap: 0.8rem;
    padding: 0.7rem 0.8rem 0.75rem;
    min-width: 0;
  }
  .key {
    flex: none;
    width: 4px;
    border-radius: 2px;
    background: currentColor;
  }
  .body {
    flex: 1;
    min-width: 0;
  }
  .top {
    display: flex;
    align-items: flex-start;
    justify-content: space-between;
    gap: 0.5rem;
  }
  .top > a,
  .top > span:first-child {
    min-width: 0;
    color: var(--text);
    font-weight: 600;
    font-size: 0.9375rem;
    line-height: 1.35;
    text-decoration: none;
  }
  .top > a:hover {
    text-decoration: underline;
  }
  .does {
    display: flex;
    margin: -0.35rem -0.35rem 0 0;
  }
  .round {
    display: grid;
    place-items: center;
    flex: none;
    width: 2.1rem;
    height: 2.1rem;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
    color: var(--soft);
  }
  .round:hover {
    background: var(--sunk);
    color: var(--text);
  }
  dl {
    display: flex;
    flex-wrap: wrap;
    gap: 0.15rem 1.1rem;
    margin-top: 0.3rem;
    font-size: 0.8125rem;
  }
  dl div {
    display: flex;
    gap: 0.35rem;
  }
  dt {
    color: var(--soft);
  }
  dd {
    font-weight: 600;
  }
  .before {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.2rem 0.5rem;
    margin-top: 0.35rem;
    color: var(--soft);
  }
  .before b {
    color: var(--text);
    font-weight: 600;
  }
  .dashes {
    width: 1.1rem;
    border-top: 2px dashed currentColor;
  }
`;
