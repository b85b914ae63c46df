// Pictures, 24 by 24, drawn with the text's colour. Decoration only: words say the same beside them.
import { svg, html, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { Picture } from '../model/fields';

export type IconName =
  | Picture
  | 'home' | 'devices' | 'chart' | 'system' | 'person' | 'back' | 'search' | 'warn' | 'check' | 'clock'
  | 'download' | 'edit' | 'close' | 'plus' | 'minus' | 'reset' | 'left' | 'right' | 'merge' | 'split' | 'copy' | 'message' | 'wand' | 'sort';

const shapes: Record<IconName, SVGTemplateResult> = {
  temperature: svg`<path d="M14 14.2V5a2.5 2.5 0 0 0-5 0v9.2a4.5 4.5 0 1 0 5 0Z"/><path d="M11.5 9v8"/>`,
  humidity: svg`<path d="M12 3.5s6.2 6.3 6.2 10.7a6.2 6.2 0 0 1-12.4 0C5.8 9.8 12 3.5 12 3.5Z"/><path d="M9 14.6a3.1 3.1 0 0 0 2.6 3"/>`,
  air: svg`<path d="M3 9h10.5a2.5 2.5 0 1 0-2.4-3.2M3 13h15a2.5 2.5 0 1 1-2.4 3.2M3 17h7"/>`,
  motion: svg`<circle cx="13" cy="4.6" r="1.7"/><path d="m9 20.5 2.2-5.2-2-2.4.8-4.4 3.2 1.2 1.5 2.2 2.8.7M10 8.5 7 10l-.8 3M13.6 14.6l1 2.4 2.4 3.5"/>`,
  door: svg`<path d="M4 20.5h16M6.5 20.5v-16a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1v16"/><path d="M14 12v.6"/>`,
  leak: svg`<path d="M12 3s4.8 5 4.8 8.6a4.8 4.8 0 0 1-9.6 0C7.200 8 12 3 12 3Z"/><path d="M3 20.500c1.500 0 1.500-1 3-1s1.500 1 3 1 1.500-1 3-1 1.500 1 3 1 1.500-1 3-1 1.500 1 3 1"/>`,
  alarm: svg`<path d="M12 3.500 2.800 19.500h18.400Z"/><path d="M12 10v4.500M12 17v.2"/>`,
  power: svg`<path d="M9 3v5M15 3v5M6.500 8h11v3.500a5.500 5.500 0 0 1-11 0ZM12 17v4"/>`,
  light: svg`<path d="M9.500 18h5M10.500 21h3M12 3a6 6 0 0 0-3.600 10.800c.7.600 1.100 1.300 1.100 2.200h5c0-.900.400-1.600 1.100-2.200A6 6 0 0 0 12 3Z"/>`,
  sun: svg`<circle cx="12" cy="12" r="4"/><path d="M12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400"/>`,
  battery: svg`<rect x="3" y="8" width="15.500" height="8.500" rx="2"/><path d="M21 11v2.500M6 11v2.500"/>`,
  signal: svg`<path d="M4 20v-3M9.300 20v-7M14.600 20V9M20 20V4.500"/>`,
  heart: svg`<path d="M12 20s-7.800-4.600-7.800-10.200A4.300 4.300 0 0 1 12 7.400a4.300 4.300 0 0 1 7.800 2.400C19.800 15.400 12 20 12 20Z"/>`,
  bed: svg`<path d="M3 18.500V6M3 15.500h18v3M21 15.500V13a3 3 0 0 0-3-3h-7v5.500"/><circle cx="7" cy="11.500" r="1.800"/>`,
  lock: svg`<rect x="5" y="10.500" width="14" height="9.500" rx="2"/><path d="M8.500 10.500V7.500a3.500 3.500 0 0 1 7 0v3"/>`,
  button: svg`<circle cx="12" cy="12" r="8.500"/><circle cx="12" cy="12" r="3.500"/>`,
  gauge: svg`<path d="M5 18.500a9 9 0 1 1 14 0M12 14l3.500-4.500"/>`,
  text: svg`<path d="M5 6.500h14M5 12h14M5 17.500h8"/>`,
  home: svg`<path d="m4 11 8-7 8 7v8.500a1 1 0 0 1-1 1h-4.500V14h-5v6.500H5a1 1 0 0 1-1-1Z"/>`,
  system: svg`<path d="M3 13h4l2.500-7 4.500 12 2.500-5H21"/>`,
  person: svg`<circle cx="12" cy="8" r="4"/><path d="M4.500 20.500a7.500 7.500 0 0 1 15 0"/>`,
  back: svg`<path d="m14.500 5-7 7 7 7"/>`,
  search: svg`<circle cx="10.500" cy="10.500" r="6.500"/><path d="m15.500 15.500 5 5"/>`,
  warn: svg`<path d="M12 3.500 2.800 19.500h18.400Z"/><path d="M12 10v4.500M12 17v.2"/>`,
  check: svg`<path d="m5 12.500 4.500 4.500L19 7.500"/>`,
  clock: svg`<circle cx="12" cy="12" r="8.500"/><path d="M12 7.500V12l3 2"/>`,
  devices: svg`<rect x="3.5" y="3.5" width="7" height="7" rx="1.8"/><rect x="13.500" y="3.500" width="7" height="7" rx="1.800"/><rect x="3.500" y="13.500" width="7" height="7" rx="1.800"/><rect x="13.500" y="13.500" width="7" height="7" rx="1.800"/>`,
  chart: svg`<path d="M3.500 4v14.500a1.500 1.500 0 0 0 1.500 1.500h15.500M7 14.500l3.500-4.500 3.500 3 5.500-7"/>`,
  edit: svg`<path d="m4 20 .900-4L16 4.900a2 2 0 0 1 2.800 0l.300.300a2 2 0 0 1 0 2.800L8 19.100ZM14 7l3 3"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  minus: svg`<path d="M5 12h14"/>`,
  reset: svg`<path d="M4.500 12a7.500 7.500 0 1 0 2.400-5.500M4.500 4v4h4"/>`,
  left: svg`<path d="m14.500 5-7 7 7 7"/>`,
  right: svg`<path d="m9.500 5 7 7-7 7"/>`,
  merge: svg`<path d="M6 4v3c0 3 2 4.500 6 5v8M18 4v3c0 3-2 4.500-6 5M9.500 17.500 12 20l2.500-2.500"/>`,
  split: svg`<path d="M12 20v-7c-4-.500-6-2-6-5V4.500M12 13c4-.500 6-2 6-5V4.500M3.800 6.700 6 4.500l2.200 2.200M15.800 6.700 18 4.500l2.200 2.200"/>`,
  copy: svg`<rect x="8.500" y="8.500" width="11.500" height="11.500" rx="2"/><path d="M15.500 8.500V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7.500a2 2 0 0 0 2 2h2.500"/>`,
  message: svg`<path d="M4 5.500h16v11H10l-4 3.500v-3.500H4Z"/><path d="M8 9.500h8M8 12.700h5"/>`,
  wand: svg`<path d="m4.500 19.500 10-10M13 7.500l3.500 3.500M18 3v3M16.500 4.500h3M19.500 12.500v2M18.500 13.500h2M8.500 4v2M7.500 5h2"/>`,
  sort: svg`<path d="M7.500 4.500v15M7.500 19.500 4 16M7.500 19.500 11 16M16.500 19.500v-15M16.500 4.500 13 8M16.500 4.500 20 8"/>`,
  download: svg`<path d="M12 4v11M7 10.500l5 5 5-5M4.500 20h15"/>`,
};

export function icon(name: IconName, size = 20): TemplateResult {
  return html`<svg
    viewBox="0 0 24 24"
    width=${size}
    height=${size}
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shapes[name]}
  </svg>`;
}
