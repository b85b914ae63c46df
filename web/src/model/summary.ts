// A room, and the home, in a few words: what is open, where somebody moves, how warm it is. Pure
// functions.
import type { Device, Field } from '../api/types';
import { isFlipped, moodOf, nameOf, speakFlag } from './fields';
import { isOffline, isStale } from './home';

const outside = /balcony|veranda|outdoor|outside|garden|terrace|발코니|베란다|실외|바깥|마당|정원/i;
const opens = new Set(['contact', 'door', 'window', 'open']);
const moves = new Set(['occupancy', 'presence', 'moving']);
const switched = new Set(['on', 'state', 'value_bool', 'light']);

export interface RoomSummary {
  temperature: Field | undefined;
  humidity: Field | undefined;
  motion: boolean;
  open: number; // doors and windows
}

const fieldOf = (device: Device, name: string) =>
  device.fields.find((field) => nameOf(field) === name && typeof field.value === 'number');

const isOn = (device: Device, names: Set<string>) =>
  device.fields.some((field) => {
    const name = nameOf(field);
    return names.has(name) && moodOf(name, field.value) === 'active';
  });

// A thermometer of the air says humidity too; a fridge's does not.
export function summarizeRoom(devices: readonly Device[], now: number): RoomSummary {
  const present = devices.filter((device) => !isOffline(device) && !isStale(device, now));
  const climate = present.find((device) => fieldOf(device, 'temperature') && fieldOf(device, 'humidity'));
  return {
    temperature: climate && fieldOf(climate, 'temperature'),
    humidity: climate && fieldOf(climate, 'humidity'),
    motion: present.some((device) => isOn(device, moves)),
    open: present.filter((device) => isOn(device, opens)).length,
  };
}

export interface HomeSummary {
  open: Device[] | undefined; // undefined: nothing here could be open
  motion: Device[] | undefined;
  on: Device[] | undefined;
  watts: number | undefined;
  outside: Field | undefined;
}

export function summarizeHome(devices: Iterable<Device>, roomOf: (device: Device) => string, now: number): HomeSummary {
  const sum: HomeSummary = { open: undefined, motion: undefined, on: undefined, watts: undefined, outside: undefined };
  for (const device of devices) {
    if (isOffline(device) || isStale(device, now)) continue;
    const names = new Set(device.fields.map(nameOf));
    const has = (set: Set<string>) => [...set].some((name) => names.has(name));
    const note = (key: 'open' | 'motion' | 'on', on: boolean) => {
      sum[key] ??= [];
      if (on) sum[key].push(device);
    };
    if (has(opens) && !names.has('status')) note('open', isOn(device, opens)); // an appliance's door is its own matter
    if (has(moves)) note('motion', isOn(device, moves));
    if (hasSwitch(device)) note('on', isOn(device, switched));
    const power = fieldOf(device, 'power');
    if (power && power.unit !== 'kW') sum.watts = (sum.watts ?? 0) + Math.max(0, power.value as number);
    if (!sum.outside && outside.test(`${roomOf(device)} ${device.name}`.slice(0, 200))) sum.outside = fieldOf(device, 'temperature');
  }
  return sum;
}

function hasSwitch(device: Device): boolean {
  return device.fields.some((field) => {
    if (!switched.has(nameOf(field))) return false;
    return typeof field.value === 'boolean' ? speakFlag(nameOf(field), true, 'en') === 'On' && !isFlipped(nameOf(field)) : /^(on|off)$/i.test(String(field.value));
  });
}
