import { describe, expect, test } from 'vitest';
import type { Device, Field, Value } from '../api/types';
import { countKinds, listDevices, readListing, roomsOf, writeListing, type Listing } from './list';

const now = Date.parse('2026-01-10T12:00:00Z');
const seen = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

function device(id: string, values: Record<string, Value>, more: Partial<Device> = {}): Device {
  const fields = Object.entries(values).map(([name, value]): Field => {
    const type = typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'float' : 'string';
    return { name, value, type, unit: null, time: seen(1) };
  });
  return { id, name: id, measurement: 'm', tags: {}, area: null, last_seen: seen(1), fields, ...more };
}

const devices = [
  device('kitchen/climate', { temperature: 21, battery: 87 }, { model: 'WSDCGQ11LM' }),
  device('kitchen/leak', { water_leak: false, battery: 12 }, { last_seen: seen(30) }),
  device('bath/climate', { temperature: 24, battery_low: true }, { stale: true, last_seen: seen(900) }),
  device('plug', { power: 3 }, { online: false }),
];
const all: Listing = { query: '', room: '', only: 'all', sort: 'name' };
const ids = (listing: Partial<Listing>) => listDevices(devices, { ...all, ...listing }, 'en', now).map((one) => one.id);

describe('the list', () => {
  test.each([
    [{}, ['bath/climate', 'kitchen/climate', 'kitchen/leak', 'plug']],
    [{ sort: 'room' }, ['bath/climate', 'kitchen/climate', 'kitchen/leak', 'plug']],
    [{ sort: 'seen' }, ['kitchen/climate', 'plug', 'kitchen/leak', 'bath/climate']],
    [{ sort: 'battery' }, ['bath/climate', 'kitchen/leak', 'kitchen/climate', 'plug']],
    [{ room: 'kitchen' }, ['kitchen/climate', 'kitchen/leak']],
    [{ only: 'stale' }, ['bath/climate']],
    [{ only: 'battery' }, ['bath/climate', 'kitchen/leak']],
    [{ only: 'offline' }, ['plug']],
    [{ query: 'wsdcgq' }, ['kitchen/climate']],
    [{ query: 'kitchen', only: 'battery' }, ['kitchen/leak']],
  ] as const)('%j', (listing, expected) => expect(ids(listing)).toEqual(expected));
});

test('how many there are of each', () => expect(countKinds(devices, now)).toEqual({ all: 4, stale: 1, battery: 2, offline: 1 }));

test('rooms by name, the rest last', () =>
  expect(roomsOf(devices, 'ko').map((room) => room.label)).toEqual(['욕실', '주방', '그 밖의 기기']));

test('there and back in the address', () => {
  const listing: Listing = { query: '온도', room: 'kitchen', only: 'stale', sort: 'battery' };
  expect(readListing(writeListing(listing))).toEqual(listing);
  expect(writeListing(all).toString()).toBe('');
  expect(readListing(new URLSearchParams('only=toString&sort=&q=' + 'x'.repeat(500)))).toEqual({ ...all, query: 'x'.repeat(100) });
});
