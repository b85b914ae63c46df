import { css } from 'lit';

export const devicesStyles = css`
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
    margin-bottom: 1rem;
    min-height: 2.1rem;
  }
  .links {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.5rem;
  }
  .tools {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 11rem 11rem;
    gap: 0.6rem;
    margin-bottom: 1rem;
  }
  .tools .chips {
    grid-column: 1 / -1;
  }
  @media (max-width: 48rem) {
    .tools {
      grid-template-columns: 1fr 1fr;
    }
    .tools .search {
      grid-column: 1 / -1;
    }
    .chip {
      padding: 0 0.65rem;
    }
  }
  .list {
    padding: 0.2rem 0.9rem;
  }
  .list li {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    border-bottom: 1px solid var(--line);
  }
  .list li:last-child {
    border-bottom: 0;
  }
  cd-device-row {
    flex: 1;
    min-width: 0;
  }
  .choose {
    display: grid;
    place-items: center;
    width: 2.5rem;
    height: 2.75rem;
    margin-left: -0.6rem;
  }
  .edit {
    display: grid;
    place-items: center;
    flex: none;
    width: 2.5rem;
    height: 2.5rem;
    margin-right: -0.5rem;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
    color: var(--soft);
  }
  .edit:hover {
    background: var(--sunk);
    color: var(--text);
  }
  .more {
    display: flex;
    margin: 1rem auto 0;
  }
  .actions {
    position: sticky;
    bottom: calc(var(--bottom-bar, 0px) + 0.75rem);
    z-index: 4;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
    margin-top: 1rem;
    padding: 0.6rem 0.75rem 0.6rem 1.1rem;
    box-shadow: 0 8px 28px rgb(0 0 0 / 18%);
  }
  .actions strong {
    margin-right: auto;
  }
  .skeleton {
    min-height: 30rem;
    border-radius: 16px;
    background: var(--sunk);
  }
`;
