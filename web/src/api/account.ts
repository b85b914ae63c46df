// The calls of one's own account.
import type { CreationOptions } from '../model/passkey';
import { change, get, send } from './http';

export interface Passkey {
  id: string;
  name: string;
  created: string;
  last_used: string | null;
  backed_up: boolean;
}

export interface OwnAccount {
  username: string;
  full_name: string;
  role: 'admin' | 'member';
  password: boolean;
  fresh: boolean; // the session began a moment ago: second factor and passkeys can be changed
  second_factor: { app: boolean; passkeys: boolean; recovery_codes_left: number; needed: boolean };
  passkeys: { host: string; keys: Passkey[] };
}

export interface Session {
  id: string;
  created: string;
  last_used: string;
  expires: string;
  client: string;
  agent: string;
  current: boolean;
}

export interface AppToSetUp {
  secret: string;
  uri: string;
  qr: string; // SVG
}

type Codes = { recovery_codes: string[] };
const codesOf = async (answer: Promise<Codes>) => (await answer).recovery_codes;
const one = (path: string, id: string) => `${path}/${encodeURIComponent(id)}`;

export const account = {
  look: () => get<OwnAccount>('/auth/account'),
  changePassword: (current: string, password: string) => change<void>('POST', '/auth/password', { current, password }),

  beginApp: () => change<AppToSetUp>('POST', '/auth/second-factor/app', {}),
  finishApp: (code: string) => codesOf(change<Codes>('POST', '/auth/second-factor/app/confirm', { code })),
  removeApp: async () => void (await send('DELETE', '/auth/second-factor/app')),
  askForPasskeys: (passkeys: boolean) => codesOf(change<Codes>('PATCH', '/auth/second-factor', { passkeys })),
  newCodes: () => codesOf(change<Codes>('POST', '/auth/second-factor/recovery-codes', {})),

  beginPasskey: () => change<CreationOptions>('POST', '/auth/passkeys/begin', {}),
  addPasskey: (made: { name: string; clientDataJSON: string; attestationObject: string }) => change<Passkey>('POST', '/auth/passkeys', made),
  renamePasskey: (id: string, name: string) => change<void>('PATCH', one('/auth/passkeys', id), { name }),
  removePasskey: async (id: string) => void (await send('DELETE', one('/auth/passkeys', id))),

  sessions: async () => (await get<{ sessions: Session[] }>('/auth/sessions')).sessions,
  endSession: async (id: string) => void (await send('DELETE', one('/auth/sessions', id))),
  endOthers: async () => void (await send('DELETE', '/auth/sessions')),
};
