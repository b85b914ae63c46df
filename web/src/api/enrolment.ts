// Devices that sign in at the broker.
import { change, get, send } from './http';

export type Convention = 'generic' | 'tasmota' | 'esphome' | 'shelly' | 'zigbee2mqtt' | 'homie';

export interface Enrolled {
  id: string;
  convention: Convention;
  topic: string;
  by: 'certificate' | 'password';
  state: 'active' | 'revoked';
  created: string;
  publish: string[];
  subscribe: string[];
  not_after?: string; // of its certificate; absent: it has none yet
}

export interface Enrolment {
  has_broker: boolean;
  broker: string;
  devices: Enrolled[];
}

export interface NewDevice {
  id: string;
  convention: Convention;
  topic: string;
  by: 'certificate' | 'password';
  code: boolean;
}

// What a device is given, this once.
export interface Identity {
  id?: string;
  broker?: string;
  ca?: string;
  certificate?: string;
  key?: string;
  not_after?: string;
  username?: string;
  password?: string;
  told?: boolean;
  code?: string;
  expires?: string;
  fetch?: string;
  qr?: string; // SVG
}

const path = '/api/v1/enrolment/devices';
const one = (id: string) => `${path}/${encodeURIComponent(id)}`;

export const enrolment = {
  look: () => get<Enrolment>(path),
  add: (device: NewDevice) => change<Identity>('POST', path, device),
  renew: (id: string) => change<Identity>('POST', `${one(id)}/certificate`, {}),
  code: (id: string) => change<Identity>('POST', `${one(id)}/code`, {}),
  revoke: async (id: string) => (await change<{ told: boolean }>('POST', `${one(id)}/revoke`, {})).told,
  remove: async (id: string) => void (await send('DELETE', one(id))),
};
