// The home as the console knows it: what a reading changes, who stands in which room, what needs a
// look. Pure functions: time is an argument.
import type { Device, Field, FieldKind, StreamReading, Value } from './api';
import { isDiagnostic, moodOf, nameOf, rankOf, type Mood } from './fields';
import type { Lang } from './i18n';
import { deviceLabel, haRoom, otherRoom, placeOf, roomLabel } from './names';

// Silent for so long: worth a look. Most battery devices report at least every hour.
export const staleAfterMs = 2 * 3_600_000;
export const lowBattery = 15; // percent

const sameTags = (a: Record<string, string>, b: Record<string, string>) => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

// Fields of one device may come from several series: name, measurement and tags tell them apart.
function isOf(field: Field, device: Device, name: string, reading: StreamReading): boolean {
  return (
    field.name === name &&
    (field.measurement ?? device.measurement) === reading.measurement &&
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
      if (reading.measurement !== device.measurement || !sameTags(reading.tags, device.tags))
        Object.assign(field, { measurement: reading.measurement, tags: reading.tags });
      fields.push(field);
    } else if (reading.time >= old.time && !(reading.time === old.time && value === old.value)) {
      changed = true;
      fields[at] = { ...old, value, time: reading.time };
    }
  }
  const seen = !reading.initial && reading.time > device.last_seen ? reading.time : device.last_seen;
  if (!changed && seen === device.last_seen) return { device, unknown };
  return { device: { ...device, fields, last_seen: seen }, unknown };
}

// Most telling first; names break ties, so that tiles do not jump.
export function telling(device: Device): Field[] {
  return [...device.fields].sort((a, b) => rankOf(b) - rankOf(a) || a.name.localeCompare(b.name));
}

export function mainFields(device: Device, count: number): Field[] {
  const fields = telling(device);
  const useful = fields.filter((field) => !isDiagnostic(field));
  return (useful.length > 0 ? useful : fields).slice(0, count);
}

export function batteryOf(device: Device): Field | undefined {
  return device.fields.find((field) => /(^|_)battery(_low)?$/.test(nameOf(field)));
}

export function isBatteryLow(device: Device): boolean {
  const field = batteryOf(device);
  if (!field) return false;
  if (typeof field.value === 'boolean') return nameOf(field).endsWith('_low') && field.value;
  return typeof field.value === 'number' && field.value < lowBattery;
}

export function isStale(device: Device, now: number): boolean {
  return now - Date.parse(device.last_seen) > staleAfterMs;
}

// The device's own bridge says that it cannot be reached (Zigbee2MQTT's availability).
export function isOffline(device: Device): boolean {
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
    else if (battery && isBatteryLow(device)) found.push({ device, kind: 'battery', field: battery });
  }
  const order = { alert: 0, battery: 1, stale: 2, offline: 2 };
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
    const key = placeOf(device).room;
    let room = rooms.get(key);
    if (!room) rooms.set(key, (room = { key, label: roomLabel(key, lang), devices: [] }));
    room.devices.push(device);
  }
  const last = (room: Room) => (room.key === otherRoom ? 2 : room.key === haRoom ? 1 : 0);
  const names = new Intl.Collator(lang, { numeric: true });
  for (const room of rooms.values())
    room.devices.sort((a, b) => names.compare(deviceLabel(a, lang), deviceLabel(b, lang)) || names.compare(a.id, b.id));
  return [...rooms.values()].sort((a, b) => last(a) - last(b) || names.compare(a.label, b.label));
}

export function matches(device: Device, query: string, lang: Lang): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const room = placeOf(device).room;
  const text = [device.id, device.name, roomLabel(room, lang), deviceLabel(device, lang)].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
