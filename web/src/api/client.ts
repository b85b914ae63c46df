// The calls of the gateway's API that the console makes.
import { change, get, lastRequest, send } from './http';
import type {
  Catalogue, Command, DeadLetter, Device, DeviceChange, DeviceDetail, Explanation, Key, MadeKey, Me, Message, NewKey, Readings, Source, System, Value,
} from './types';

export interface ReadingsQuery {
  device: string;
  field?: string;
  measurement?: string;
  from: string;
  to?: string;
  width?: string;
  every?: string;
  fn?: string;
  format?: 'csv';
}

export function readingsPath(query: ReadingsQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, value as string);
  return `/api/v1/readings?${parameters}`;
}

const devicePath = (id: string, more = '') => `/api/v1/devices/${encodeURIComponent(id)}${more}`;

export const api = {
  me: () => get<Me>('/auth/me'),
  signOut: async () => {
    const response = await lastRequest('POST', '/auth/logout');
    // Signed in at a provider: signed out there, too. Its page leads back here.
    const there = response.status === 200 ? ((await response.json()) as { end_session?: string }) : {};
    location.assign(there.end_session ?? '/auth/login');
  },

  keys: async () => (await get<{ keys: Key[] }>('/api/v1/api-keys')).keys,
  addKey: (key: NewKey) => change<MadeKey>('POST', '/api/v1/api-keys', key),
  revokeKey: async (id: string) => void (await send('DELETE', `/api/v1/api-keys/${encodeURIComponent(id)}`)),

  // All of them, page by page: the gateway knows at most 20,000.
  devices: async () => {
    const all: Device[] = [];
    let path = '/api/v1/devices';
    for (let pages = 0; pages < 100; pages++) {
      const { devices, next } = await get<{ devices: Device[]; next?: string }>(path);
      all.push(...devices);
      if (next === undefined) break;
      path = `/api/v1/devices?after=${encodeURIComponent(next)}`;
    }
    return all;
  },
  catalogue: () => get<Catalogue>('/api/v1/catalogue'),
  device: (id: string, signal?: AbortSignal) => get<DeviceDetail>(devicePath(id), signal),
  messages: async (id: string, signal?: AbortSignal) =>
    (await get<{ messages: Message[] }>(devicePath(id, '/messages'), signal)).messages,
  changeDevice: (id: string, to: DeviceChange) => change<unknown>('PATCH', devicePath(id), to),
  mergeDevices: (id: string, other: string) => change<unknown>('POST', devicePath(id, '/merge'), { with: other }),
  splitDevice: (id: string, source: Source) => change<unknown>('POST', devicePath(id, '/split'), { source }),

  commands: async (id: string, limit: number, signal?: AbortSignal) =>
    (await get<{ commands: Command[] }>(devicePath(id, `/commands?limit=${limit}`), signal)).commands,
  // What came of it; 504 is the command too: the device did not answer in time; and 502: it did not
  // do it. The same `key`
  // again is the same command, so that one whose answer was lost may be sent again.
  command: async (id: string, entity: string, value: Value, key: string) => {
    const more = { headers: { 'Idempotency-Key': key }, alsoGood: [502, 504] };
    return (await (await send('POST', devicePath(id, '/commands'), { entity, value }, undefined, more)).json()) as Command;
  },

  readings: (query: ReadingsQuery, signal?: AbortSignal) => get<Readings>(readingsPath(query), signal),

  system: () => get<System>('/api/v1/system'),
  deadLetters: async (limit: number) =>
    (await get<{ dead_letters: DeadLetter[] }>(`/api/v1/dead-letters?limit=${limit}`)).dead_letters,
  explain: (topic: string, payload: string, signal?: AbortSignal) =>
    change<Explanation>('POST', '/api/v1/ingest/explain', { topic, payload }, signal),
};
