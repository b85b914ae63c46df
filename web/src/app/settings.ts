// Language and theme: kept on this device, told to every component.
import { LitElement } from 'lit';
import { languageCookie, languageOf, translate, type Lang, type Word } from '../words/i18n';

export type Theme = 'auto' | 'light' | 'dark';
const themeKey = 'caredian.theme';

class Settings extends EventTarget {
  #known = languageOf(document.cookie, navigator.languages);
  lang: Lang = this.#known ?? 'en';
  theme: Theme = readTheme();

  start() {
    this.#apply();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#changed());
  }
  // The account's language, where neither this device nor its browser says one.
  suggest(lang: Lang) {
    if (this.#known) return;
    this.lang = lang;
    this.#apply();
  }
  setLang(lang: Lang) {
    this.lang = this.#known = lang;
    document.cookie = languageCookie(lang);
    this.#apply();
  }
  setTheme(theme: Theme) {
    this.theme = theme;
    try {
      localStorage.setItem(themeKey, theme);
    } catch {
      // Private windows may refuse: the choice then lives as long as the page.
    }
    this.#apply();
  }
  #apply() {
    document.documentElement.lang = this.lang;
    document.documentElement.dataset['theme'] = this.theme;
    this.#changed();
  }
  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

function readTheme(): Theme {
  try {
    const kept = localStorage.getItem(themeKey);
    if (kept === 'light' || kept === 'dark') return kept;
  } catch {
    // As above.
  }
  return 'auto';
}

export const settings = new Settings();

// What every component of ours is: drawn again when language or theme change.
export class View extends LitElement {
  readonly #redraw = () => {
    this.settingsChanged();
    this.requestUpdate();
  };
  override connectedCallback() {
    super.connectedCallback();
    settings.addEventListener('change', this.#redraw);
  }
  override disconnectedCallback() {
    settings.removeEventListener('change', this.#redraw);
    super.disconnectedCallback();
  }
  protected settingsChanged(): void {}
  protected get lang_(): Lang {
    return settings.lang;
  }
  protected t(key: Word, fill?: Record<string, string>): string {
    return translate(settings.lang, key, fill);
  }
}
