// What the forms offer: the home's people, keys, roles, rooms and devices, and their names.
import { people, type OwnRole, type Person } from '../../api/people';
import { home } from '../../api/store';
import type { Key } from '../../api/types';
import { whoWords, type Names } from '../../model/grants';
import { fullLabel } from '../../model/names';
import { plain } from '../../model/plain';
import type { Lang } from '../../words/i18n';
import type { Suggestion } from './words';

export class Choice {
  people: Person[] = [];
  keys: Key[] = [];
  roles: OwnRole[] = [];
  areas: string[] = [];
  #lang: Lang = 'en';

  readonly names: Names = {
    device: (id) => {
      const device = home.devices.get(id);
      return device && fullLabel(device, this.#lang);
    },
    key: (id) => {
      const key = this.keys.find((one) => one.id === id);
      return key && plain(key.name, 100);
    },
  };

  static async read(lang: Lang, roles: OwnRole[]): Promise<Choice> {
    const choice = new Choice();
    const [all, keys, areas] = await Promise.all([people.list(), people.keys(), people.areas()]);
    choice.people = all.filter(({ role }) => role === 'member');
    choice.keys = keys.filter(({ expires }) => Date.parse(expires) > Date.now());
    choice.roles = roles;
    choice.areas = areas.map(({ name }) => name).filter(Boolean);
    choice.speak(lang);
    return choice;
  }

  speak(lang: Lang): void {
    this.#lang = lang;
  }

  // "김이브 (eve)", "벽시계 (anna)", "Role carer"
  label(who: string, lang: Lang): string {
    const name = who.slice(who.indexOf(':') + 1);
    const person = this.people.find(({ username }) => who === `person:${username}`);
    if (person?.full_name) return `${plain(person.full_name, 100)} (${name})`;
    const key = this.keys.find(({ id }) => who === `key:${id}`);
    if (key) return `${plain(key.name, 100)} (${key.user})`;
    return whoWords(who, lang, this.names);
  }

  devices(lang: Lang): Suggestion[] {
    return [...home.devices.values()].map((device) => ({ value: device.id, label: fullLabel(device, lang) }));
  }
}
