// The home as the console knows it: what a reading changes, who stands in which room, what needs a
// look. Pure functions: time is an argument.
import type { Device, Field, FieldKind, StreamReading, Value } from '../api/types';
import { isDiagnostic, moodOf, nameOf, pictureOf, rankOf, type Mood, type Picture } from './fields';
import type { Lang } from '../words/i18n';
import { deviceLabel, haRoom, otherRoom, placeOf, roomLabel } from './names';

// Silent for so long: worth a look, where the gateway has not learned the device's own interval.
export const staleAfterMs = 2 * 3_600_000;
export const lowBattery = 20; // percent

const sameTags = (a: Record<string, string>, b: Record<string, string>) => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

// The tag `device` of the device's first series: an id of the registry is another name.
export function mainDeviceTag(device: Device): string {
  const path = device.tags['path'];
  const sources = device.sources ?? [];
  const own = sources.find((source) => source.measurement === device.measurement && source.path === path);
  return (own ?? sources.find((source) => source.measurement === device.measurement) ?? sources[0])?.device ?? device.id;
}

// Fields of one device may come from several series: name, measurement and tags tell them apart.
function isOf(field: Field, device: Device, name: string, reading: StreamReading): boolean {
  return (
    field.name === name &&
    (field.measurement ?? device.measurement) === reading.measurement &&
    (field.device ?? mainDeviceTag(device)) === reading.device &&
    sameTags(field.tags ?? device.tags, reading.tags)
  );
}

function kindOf(value: Value): FieldKind {
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'float' : 'string';
}

export interface Applied {
  device: Device; // the same object when nothing changed
  unknown: boolean; // a field came that the list did not have: its unit is worth asking for
}

// Times are UTC with nine digits, so texts compare as times do. An older reading changes nothing.
export function applyReading(device: Device, reading: StreamReading): Applied {
  let unknown = false;
  let changed = false;
  const fields = [...device.fields];
  for (const [name, value] of Object.entries(reading.fields)) {
    const at = fields.findIndex((field) => isOf(field, device, name, reading));
    const old = fields[at];
    if (!old) {
      unknown = true;
      changed = true;
      const field: Field = { name, value, type: kindOf(value), unit: null, time: reading.time };
      if (reading.measurement !== device.measurement || reading.device !== mainDeviceTag(device) || !sameTags(reading.tags, device.tags))
        Object.assign(field, { measurement: reading.measurement, device: reading.device, tags: reading.tags });
      fields.push(field);
    } else if (reading.time >= old.time && !(reading.time === old.time && value === old.value)) {
      changed = true;
      fields[at] = { ...old, value, time: reading.time };
    }
  }
  const heard = reading.received ?? reading.time;
  const seen = !reading.initial && heard > device.last_seen ? heard : device.last_seen;
  if (!changed && seen === device.last_seen) return { device, unknown };
  const next: Device = { ...device, fields, last_seen: seen };
  if (seen !== device.last_seen) {
    if (device.stale) next.stale = false; // it speaks
    if (device.online === false) next.online = true;
  }
  if (typeof reading.fields['online'] === 'boolean') next.online = reading.fields['online']; // its bridge says so
  return { device: next, unknown };
}

// Most telling first; names break ties, so that tiles do not jump.
export function telling(device: Device): Field[] {
  return [...device.fields].sort((a, b) => rankOf(b) - rankOf(a) || a.name.localeCompare(b.name));
}

// A lamp's being on tells more than the power it takes.
export function mainFields(device: Device, count: number): Field[] {
  const fields = telling(device);
  const useful = fields.filter((field) => !isDiagnostic(field));
  const lamp = useful.some((field) => nameOf(field) === 'brightness') && useful.findIndex((field) => nameOf(field) === 'state' || nameOf(field) === 'on');
  if (lamp !== false && lamp > 0) useful.unshift(...useful.splice(lamp, 1));
  return (useful.length > 0 ? useful : fields).slice(0, count);
}

const extrasFrom = 45; // rank; below it a tile has no room

// For a tile: what tells most, and at most two beside it.
export function tileFields(device: Device): Field[] {
  const [main, ...more] = mainFields(device, 4);
  if (!main) return [];
  const off = /^off$/i.test(String(main.value)); // how bright a lamp is that is off says nothing
  return [main, ...more.filter((field) => rankOf(field) >= extrasFrom && !(off && nameOf(field) === 'brightness'))].slice(0, 3);
}

// A lamp is known by what it can do, everything else by what it says first.
export function pictureOfDevice(device: Device): Picture {
  const [main] = mainFields(device, 1);
  if (!main) return 'gauge';
  const names = device.fields.map(nameOf);
  if (nameOf(main) === 'state' || nameOf(main) === 'on') {
    if (names.includes('brightness') || names.includes('color_temp')) return 'light';
    if (names.includes('power') || names.includes('energy')) return 'power';
  }
  return pictureOf(main);
}

export function batteryOf(device: Device): Field | undefined {
  return device.fields.find((field) => /(^|_)battery(_low)?$/.test(nameOf(field)));
}

// Percent, or whether it is empty; undefined for what hangs on the mains.
export function batteryLevel(device: Device): number | 'low' | 'ok' | undefined {
  const field = batteryOf(device);
  if (typeof field?.value === 'number') return field.value;
  if (typeof field?.value === 'boolean') return nameOf(field).endsWith('_low') && field.value ? 'low' : 'ok';
  return device.battery ?? undefined;
}

export function isBatteryLow(device: Device): boolean {
  const level = batteryLevel(device);
  return typeof level === 'number' ? level < lowBattery : level === 'low';
}

export function isStale(device: Device, now: number): boolean {
  if (device.stale !== undefined) return device.stale;
  return now - Date.parse(device.last_seen) > staleAfterMs; // never heard: not silent
}

// The device's own bridge says that it cannot be reached.
export function isOffline(device: Device): boolean {
  if (device.online != null) return !device.online;
  return device.fields.some((field) => nameOf(field) === 'online' && field.value === false);
}

export function deviceMood(device: Device): Mood {
  const moods = device.fields.map((field) => moodOf(nameOf(field), field.value));
  if (moods.includes('alert')) return 'alert';
  const main = mainFields(device, 1)[0];
  return main ? moodOf(nameOf(main), main.value) : 'calm';
}

export interface Concern {
  device: Device;
  kind: 'alert' | 'battery' | 'stale' | 'offline';
  field?: Field;
}

// Alarms first, then empty batteries, then the silent ones.
export function concerns(devices: Iterable<Device>, now: number): Concern[] {
  const found: Concern[] = [];
  for (const device of devices) {
    const alert = device.fields.find((field) => moodOf(nameOf(field), field.value) === 'alert');
    const battery = batteryOf(device);
    if (alert) found.push({ device, kind: 'alert', field: alert });
    else if (isOffline(device)) found.push({ device, kind: 'offline' });
    else if (isStale(device, now)) found.push({ device, kind: 'stale' });
    else if (isBatteryLow(device)) found.push({ device, kind: 'battery', ...(battery ? { field: battery } : {}) });
  }
  const order = { alert: 0, battery: 1, offline: 2, stale: 3 };
  return found.sort((a, b) => order[a.kind] - order[b.kind] || a.device.id.localeCompare(b.device.id));
}

export interface Room {
  key: string;
  label: string;
  devices: Device[];
}

export function groupByRoom(devices: Iterable<Device>, lang: Lang): Room[] {
  const rooms = new Map<string, Room>();
  for (const device of devices) {
    const { room: key, named } = placeOf(device);
    let room = rooms.get(key);
    if (!room) rooms.set(key, (room = { key, label: roomLabel(named, lang), devices: [] }));
    room.devices.push(device);
  }
  const last = (room: Room) => (room.key === otherRoom ? 2 : room.key === haRoom ? 1 : 0);
  const names = new Intl.Collator(lang, { numeric: true });
  for (const room of rooms.values())
    room.devices.sort((a, b) => names.compare(deviceLabel(a, lang), deviceLabel(b, lang)) || names.compare(a.id, b.id));
  return [...rooms.values()].sort((a, b) => last(a) - last(b) || names.compare(a.label, b.label));
}

const longestSearched = 400; // of each name

export function matches(device: Device, query: string, lang: Lang): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const texts = [
    device.id, device.name, roomLabel(placeOf(device).named, lang), deviceLabel(device, lang), device.model ?? '', device.manufacturer ?? '',
  ];
  const text = texts.map((one) => one.slice(0, longestSearched)).join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
