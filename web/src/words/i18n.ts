// The two languages of the console. A word is [Korean, English]; {name} is filled in by t().
import { accessWords } from './access';
import { accountWords } from './account';
import { appWords } from './app';
import { auditWords } from './audit';
import { catalogueWords } from './catalogue';
import { controlWords } from './control';
import { deviceWords } from './device';
import { devicesWords } from './devices';
import { enrolmentWords } from './enrolment';
import { historyWords } from './history';
import { keysWords } from './keys';
import { mappingWords } from './mapping';
import { peopleWords } from './people';
import { rolesWords } from './roles';
import { systemWords } from './system';

export type Lang = 'ko' | 'en';

export type Words = Record<string, readonly [string, string]>;

const words = {
  ...accessWords,
  ...accountWords,
  ...appWords,
  ...auditWords,
  ...catalogueWords,
  ...controlWords,
  ...devicesWords,
  ...deviceWords,
  ...enrolmentWords,
  ...historyWords,
  ...keysWords,
  ...mappingWords,
  ...peopleWords,
  ...rolesWords,
  ...systemWords,
} as const;

export type Word = keyof typeof words;

export function isWord(key: string): key is Word {
  return Object.hasOwn(words, key);
}

export function translate(lang: Lang, key: Word, fill: Record<string, string> = {}): string {
  const text: string = words[key][lang === 'ko' ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => fill[name] ?? whole);
}

// The cookie that the server's own pages read and write too.
const cookieName = 'caredian_lang';

// Chosen on this device, else the browser's; undefined when neither is one of ours.
export function languageOf(cookies: string, browser: readonly string[]): Lang | undefined {
  const cookie = new RegExp(`(?:^|; )${cookieName}=(ko|en)(?:;|$)`).exec(cookies);
  if (cookie) return cookie[1] as Lang;
  for (const tag of browser) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'ko' || language === 'en') return language;
  }
  return undefined;
}

export function languageCookie(lang: Lang): string {
  return `${cookieName}=${lang}; path=/; max-age=31536000; samesite=lax`;
}
