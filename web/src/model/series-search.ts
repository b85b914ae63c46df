// Values of the whole home that can be drawn: found by words, or as a set by what they are. Pure
// functions.
import type { Device, Field } from '../api/types';
import type { Lang } from '../words/i18n';
import { isDrawable, keyOfField, type SeriesKey } from './chart-series';
import { isDiagnostic, labelOf, nameOf, rankOf } from './fields';
import { sameKey } from './history-state';
import { deviceLabel, fieldLabels, fullLabel, roomOf } from './names';

export interface Found {
  key: SeriesKey;
  device: Device;
  field: Field;
  label: string; // "거실 온습도 · 온도"
}

export function labelOfSeries(device: Device, field: Field, lang: Lang): string {
  return `${fullLabel(device, lang)} · ${fieldLabels(device, lang).get(field) ?? labelOf(field, lang)}`;
}

const flagsAfter = 60; // in rank: lines are looked for more often than states

// Every word of the query is in the room, the device or the field. What tells most comes first.
export function searchSeries(devices: Iterable<Device>, query: string, lang: Lang, most: number): Found[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found: { one: Found; rank: number }[] = [];
  const enough = most * 20; // a home of thousands is not sorted whole
  for (const device of devices) {
    const head = `${roomOf(device, lang)} ${deviceLabel(device, lang)} ${device.name.slice(0, 200)} ${device.id.slice(0, 200)}`.toLowerCase();
    for (const field of device.fields) {
      if (!isDrawable(field)) continue;
      const text = `${head} ${labelOf(field, lang)} ${field.name.slice(0, 200)}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
      found.push({ one: { key: keyOfField(device, field), device, field, label: labelOfSeries(device, field, lang) }, rank: rankOf(field) - (field.type === 'boolean' ? flagsAfter : 0) });
    }
    if (found.length >= enough) break;
  }
  const names = new Intl.Collator(lang, { numeric: true });
  return found
    .sort((a, b) => b.rank - a.rank || names.compare(a.one.label, b.one.label))
    .slice(0, most)
    .map(({ one }) => one);
}

// The device and field of a key that came from an address.
export function findSeries(devices: ReadonlyMap<string, Device>, key: SeriesKey): { device: Device; field: Field } | undefined {
  const direct = devices.get(key.device);
  return (direct && findIn([direct], key)) ?? findIn(devices.values(), key);
}

function findIn(devices: Iterable<Device>, key: SeriesKey): { device: Device; field: Field } | undefined {
  for (const device of devices) {
    const field = device.fields.find((one) => one.name === key.field && sameKey(keyOfField(device, one), key));
    if (field) return { device, field };
  }
  return undefined;
}

export const setNames = ['temperature', 'humidity', 'power', 'co2', 'pm25', 'open', 'occupancy'] as const;
export type SetName = (typeof setNames)[number];

const members: Partial<Record<SetName, readonly string[]>> = { open: ['contact', 'open', 'door', 'window'], occupancy: ['occupancy', 'presence'] };

// One of each device, a room after the other.
export function seriesSet(devices: Iterable<Device>, set: SetName, lang: Lang, most: number): Found[] {
  const names = members[set] ?? [set];
  const found: Found[] = [];
  for (const device of devices) {
    const field = device.fields.find((one) => isDrawable(one) && names.includes(nameOf(one)) && !isDiagnostic(one));
    if (field) found.push({ key: keyOfField(device, field), device, field, label: labelOfSeries(device, field, lang) });
  }
  const order = new Intl.Collator(lang, { numeric: true });
  found.sort((a, b) => order.compare(a.label, b.label));
  if (found.length <= most) return found;
  // More than fit: first one of every room.
  const rooms = new Set<string>();
  const first = found.filter(({ device }) => !rooms.has(roomOf(device, lang)) && rooms.add(roomOf(device, lang)));
  return [...first, ...found.filter((one) => !first.includes(one))].slice(0, most);
}
