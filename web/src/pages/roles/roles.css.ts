// Grants with their buttons, and the cards of roles.
import { css } from 'lit';

export const grantToolStyles = css`
  .grants li {
    flex-wrap: nowrap;
    align-items: center;
  }
  .tools {
    display: flex;
    flex: none;
    margin-left: auto;
  }
  .tool {
    display: grid;
    place-items: center;
    width: 2.4rem;
    height: 2.4rem;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
    color: var(--soft);
  }
  .tool:hover {
    background: var(--card);
    color: var(--text);
  }
  .button.add {
    justify-self: start;
  }
`;

export const rolesStyles = css`
  .cards {
    display: grid;
    gap: 1rem;
    align-items: start;
  }
  @media (min-width: 60rem) {
    .cards {
      grid-template-columns: 1fr 1fr;
    }
  }
  article {
    display: grid;
    gap: 0.7rem;
    min-width: 0;
    padding: 1rem 1.1rem 1.1rem;
  }
  article > * {
    min-width: 0;
  }
  article .head {
    margin: 0;
  }
  article h2,
  article h3 {
    margin: 0;
    overflow-wrap: anywhere;
  }
  article h3 {
    margin-bottom: 0.35rem;
    font-size: 0.8125rem;
    font-weight: 550;
    color: var(--soft);
  }
  .direct {
    margin-top: 2rem;
  }
  .direct h2 {
    margin: 0;
  }
  .grants + p {
    margin-top: 0.4rem;
  }
  .direct .text {
    margin-bottom: 0.8rem;
  }
`;
