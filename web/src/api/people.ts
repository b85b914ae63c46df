// The calls of administrators about people: accounts, invitations, roles, grants, what they see, the audit.
import type { Session } from './account';
import { change, get, send } from './http';
import type { Device, Key } from './types';

export type BuiltIn = 'admin' | 'member';

export interface Person {
  username: string;
  full_name: string;
  email: string;
  role: BuiltIn;
  language: 'ko' | 'en';
  roles: string[]; // of their own
  disabled: boolean;
  created: string;
  second_factor: boolean;
  last_login: string | null;
}

export interface NewPerson {
  username: string;
  password: string;
  full_name: string;
  email: string;
  role: BuiltIn;
  language: 'ko' | 'en';
}

export type PersonChange = Partial<Pick<Person, 'role' | 'full_name' | 'email' | 'language' | 'disabled'>>;

export interface Invitation {
  id: string;
  role: BuiltIn;
  full_name: string;
  invited_by: string;
  created: string;
  expires: string;
  state: 'open' | 'used' | 'expired';
}

export interface Link {
  link: string; // shown this once
  expires: string;
}

// As people write it: docs/access.md. What is not there is left out.
export interface Grant {
  id?: string;
  source?: 'settings' | 'database';
  who?: string[];
  areas?: string[];
  entities?: string[];
  devices?: string[];
  services?: string[];
  paths?: string[];
  may?: 'read' | 'control' | 'admin';
  hours?: string[];
  days?: string[];
  addresses?: string[];
  from?: string;
  until?: string;
  note?: string;
}

export interface OwnRole {
  name: string;
  source?: 'settings' | 'database';
  note?: string;
  includes?: string[];
  members?: string[];
  grants: Grant[];
}

export interface Question {
  who: string;
  action: string;
  what: string;
  at?: string;
  from?: string;
}

export interface Answer {
  allowed: boolean;
  because: string;
  roles: string[];
  what: Record<string, string>;
  at: string;
  time_zone?: string;
  grants: { from: string; grant: string; fits: boolean; lacks: { code: string; text: string }[] }[];
}

export interface AuditEvent {
  id: number;
  time: string;
  event: string;
  actor: string;
  client: string;
  subject: string;
  detail: string;
}

export interface AuditQuery {
  who?: string;
  event?: string;
  subject?: string;
  from?: string; // RFC 3339
  to?: string; // not included
  before?: string;
  limit?: string;
}

const one = (path: string, id: string, more = '') => `${path}/${encodeURIComponent(id)}${more}`;
const remove = async (path: string) => void (await send('DELETE', path));

function asked(path: string, query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, String(value));
  const search = parameters.toString();
  return search ? `${path}?${search}` : path;
}

const users = '/api/v1/users';
const invitations = '/api/v1/invitations';
const roles = '/api/v1/roles';
const grants = '/api/v1/grants';

export const people = {
  list: async () => (await get<{ users: Person[] }>(users)).users,
  add: (person: NewPerson) => change<Person>('POST', users, person),
  change: (name: string, to: PersonChange) => change<Person>('PATCH', one(users, name), to),
  remove: (name: string) => remove(one(users, name)),
  resetLink: (name: string) => change<Link>('POST', one(users, name, '/reset-link'), {}),
  forgetFactors: (name: string) => remove(one(users, name, '/second-factor')),
  sessions: async (name: string) => (await get<{ sessions: Session[] }>(asked('/auth/sessions', { user: name }))).sessions,
  endSession: (id: string) => remove(one('/auth/sessions', id)),
  keys: async () => (await get<{ keys: Key[] }>('/api/v1/api-keys?user=')).keys, // everybody's

  invitations: async () => (await get<{ invitations: Invitation[] }>(invitations)).invitations,
  invite: (to: { role: BuiltIn; full_name: string; days: number }) => change<Invitation & Link>('POST', invitations, to),
  revokeInvitation: (id: string) => remove(one(invitations, id)),

  roles: async () => (await get<{ roles: OwnRole[] }>(roles)).roles,
  addRole: (role: OwnRole) => change<OwnRole>('POST', roles, role),
  changeRole: (name: string, to: Partial<OwnRole>) => change<OwnRole>('PATCH', one(roles, name), to),
  removeRole: (name: string) => remove(one(roles, name)),
  grants: async () => (await get<{ grants: Grant[] }>(grants)).grants,
  addGrant: (grant: Grant) => change<Grant>('POST', grants, grant),
  changeGrant: (id: string, to: object) => change<Grant>('PATCH', one(grants, id), to),
  removeGrant: (id: string) => remove(one(grants, id)),

  areas: async () => (await get<{ areas: { name: string; devices: number }[] }>('/api/v1/areas')).areas,
  explain: (question: Question, signal?: AbortSignal) => change<Answer>('POST', '/api/v1/access/explain', question, signal),
  // What somebody ("person:eve", "key:ID") would see at that time.
  devicesAs: async (who: string, at: string, signal?: AbortSignal) => {
    const all: Device[] = [];
    for (let after: string | undefined = '', pages = 0; after !== undefined && pages < 100; pages++) {
      const page: { devices: Device[]; next?: string } = await get(asked('/api/v1/devices', { as: who, at, after }), signal);
      all.push(...page.devices);
      after = page.next;
    }
    return all;
  },

  audit: (query: AuditQuery, signal?: AbortSignal) => get<{ events: AuditEvent[]; next?: number }>(asked('/api/v1/audit', query), signal),
};
