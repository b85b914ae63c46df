// The list of devices: which are shown, in what order. Pure functions.
import type { Device } from '../api/types';
import type { Lang } from '../words/i18n';
import { batteryLevel, isBatteryLow, isOffline, isStale, matches } from './home';
import { deviceLabel, otherRoom, placeOf, roomLabel } from './names';

export const onlyNames = ['all', 'stale', 'battery', 'offline'] as const;
export type Only = (typeof onlyNames)[number];
export const sortNames = ['name', 'room', 'seen', 'battery'] as const;
export type Sort = (typeof sortNames)[number];

export interface Listing {
  query: string;
  room: string; // a room's key; empty: all
  only: Only;
  sort: Sort;
}

// From and to the page's address; what is as always is left out.
export function readListing(parameters: URLSearchParams): Listing {
  const one = <T extends string>(name: string, known: readonly T[]): T =>
    known.find((value) => value === parameters.get(name)) ?? known[0]!;
  return {
    query: (parameters.get('q') ?? '').slice(0, 100),
    room: parameters.get('room') ?? '',
    only: one('only', onlyNames),
    sort: one('sort', sortNames),
  };
}

export function writeListing({ query, room, only, sort }: Listing): URLSearchParams {
  const parameters = new URLSearchParams();
  if (query) parameters.set('q', query);
  if (room) parameters.set('room', room);
  if (only !== 'all') parameters.set('only', only);
  if (sort !== 'name') parameters.set('sort', sort);
  return parameters;
}

function isKind(device: Device, only: Only, now: number): boolean {
  if (only === 'stale') return isStale(device, now) && !isOffline(device);
  if (only === 'battery') return isBatteryLow(device);
  return only === 'offline' ? isOffline(device) : true;
}

export function countKinds(devices: Iterable<Device>, now: number): Record<Only, number> {
  const count = { all: 0, stale: 0, battery: 0, offline: 0 };
  for (const device of devices) for (const only of onlyNames) if (isKind(device, only, now)) count[only]++;
  return count;
}

export function roomsOf(devices: Iterable<Device>, lang: Lang): { key: string; label: string }[] {
  const rooms = new Map<string, string>();
  for (const device of devices) {
    const { room, named } = placeOf(device);
    if (!rooms.has(room)) rooms.set(room, roomLabel(named, lang));
  }
  const names = new Intl.Collator(lang, { numeric: true });
  return [...rooms]
    .map(([key, label]) => ({ key, label }))
    .sort((a, b) => Number(a.key === otherRoom) - Number(b.key === otherRoom) || names.compare(a.label, b.label));
}

export function listDevices(devices: Iterable<Device>, listing: Listing, lang: Lang, now: number): Device[] {
  const { query, room, only, sort } = listing;
  const found: { device: Device; label: string; room: string; key: string }[] = [];
  for (const device of devices) {
    if (!isKind(device, only, now)) continue;
    const place = placeOf(device);
    if (room && place.room !== room) continue;
    if (query && !matches(device, query, lang)) continue;
    found.push({ device, label: deviceLabel(device, lang), room: roomLabel(place.named, lang), key: place.room });
  }
  const names = new Intl.Collator(lang, { numeric: true });
  const byName = (a: (typeof found)[number], b: typeof a) =>
    names.compare(a.label, b.label) || names.compare(a.room, b.room) || names.compare(a.device.id, b.device.id);
  const orders: Record<Sort, typeof byName> = {
    name: byName,
    room: (a, b) => Number(a.key === otherRoom) - Number(b.key === otherRoom) || names.compare(a.room, b.room) || byName(a, b),
    seen: (a, b) => b.device.last_seen.localeCompare(a.device.last_seen) || byName(a, b),
    battery: (a, b) => charge(a.device) - charge(b.device) || byName(a, b),
  };
  return found.sort(orders[sort]).map(({ device }) => device);
}

// Those on the mains come last.
function charge(device: Device): number {
  const level = batteryLevel(device);
  if (level === undefined) return 1000;
  return typeof level === 'number' ? level : level === 'low' ? 0 : 100;
}
