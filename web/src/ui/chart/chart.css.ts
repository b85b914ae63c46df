import { css } from 'lit';

export const chartStyles = css`
  :host {
    position: relative;
  }
  #plot {
    height: var(--chart-height, 15rem);
    position: relative;
    touch-action: pan-y;
    border-radius: 8px;
  }
  @media (min-width: 48rem) {
    #plot {
      height: var(--chart-height-wide, 19rem);
    }
  }
  #plot .u-over {
    touch-action: pan-y;
    cursor: crosshair;
  }
  .u-cursor-x {
    border-right: 1px solid var(--control);
  }
  .u-select {
    background: color-mix(in srgb, var(--accent) 18%, transparent);
  }
  .pointed {
    position: absolute;
    top: 0.4rem;
    z-index: 3;
    display: grid;
    gap: 0.1rem;
    width: max-content;
    max-width: min(17rem, 58%);
    margin-left: 0.75rem;
    padding: 0.45rem 0.65rem;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: color-mix(in srgb, var(--card) 94%, transparent);
    box-shadow: 0 4px 16px rgb(0 0 0 / 12%);
    font-size: 0.8125rem;
    line-height: 1.4;
    pointer-events: none;
  }
  .pointed.leftwards {
    transform: translateX(-100%);
    margin-left: -0.75rem;
  }
  .pointed strong {
    color: var(--soft);
    font-weight: 550;
    font-size: 0.75rem;
  }
  .row {
    display: flex;
    align-items: center;
    gap: 0.4rem;
  }
  .row svg {
    flex: none;
    stroke-width: 2.5;
  }
  .row svg.ghost {
    stroke-dasharray: 4 3;
  }
  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--soft);
  }
  .row b {
    margin-left: auto;
    padding-left: 0.4rem;
    font-weight: 650;
    white-space: nowrap;
  }
`;
