import { css } from 'lit';

export const homeStyles = css`
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem 1.5rem;
    margin-bottom: 1.1rem;
  }
  .search {
    flex: 1 1 14rem;
    max-width: 20rem;
  }
  .rooms-chips {
    margin-bottom: 1.3rem;
  }
  @media (max-width: 40rem) {
    .search {
      flex-basis: 100%;
      max-width: none;
    }
    /* One row that is pushed aside, from edge to edge. */
    .rooms-chips {
      flex-wrap: nowrap;
      overflow-x: auto;
      margin-inline: -1rem;
      padding: 3px 1rem;
      scrollbar-width: none;
    }
  }
  .all {
    margin-top: 1.6rem;
  }
  .rooms {
    display: grid;
    gap: 1.7rem 0.85rem;
  }
  cd-room {
    min-width: 0;
  }
  /* Wide screens: small rooms share a row. A room is as wide as it has devices. */
  @media (min-width: 48rem) {
    .rooms {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
    .rooms cd-room {
      grid-column: span 4;
      --tiles: 4;
    }
    .rooms .wide-1 {
      grid-column: span 1;
      --tiles: 1;
    }
    .rooms .wide-2 {
      grid-column: span 2;
      --tiles: 2;
    }
    .rooms .wide-3 {
      grid-column: span 3;
      --tiles: 3;
    }
  }
  @media (min-width: 66rem) {
    .rooms {
      grid-template-columns: repeat(5, minmax(0, 1fr));
    }
    .rooms .wide-5 {
      grid-column: span 5;
      --tiles: 5;
    }
  }
  .skeleton {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(10.2rem, calc(50% - 0.35rem)), 1fr));
    gap: 0.7rem;
  }
  .skeleton div {
    min-height: 9rem;
    border-radius: 16px;
    background: var(--sunk);
  }
`;
