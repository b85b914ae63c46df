import { expect, test } from 'vitest';
import type { Device, Field, Value } from '../api/types';
import { findSeries, searchSeries, seriesSet } from './series-search';

const time = '2026-01-10T12:00:00.000000000Z';
function device(id: string, values: Record<string, Value>, more: Partial<Device> = {}): Device {
  const fields = Object.entries(values).map(([name, value]): Field => {
    const type = typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'float' : 'string';
    return { name, value, type, unit: null, time };
  });
  return { id, name: id, measurement: 'zigbee', tags: {}, area: null, last_seen: time, fields, ...more };
}
const home = [
  device('living_room/climate', { temperature: 21, humidity: 40, battery: 80 }),
  device('kitchen/climate', { temperature: 23, mode: 'auto' }),
  device('kitchen/fridge', { temperature: 3 }),
  device('kitchen/window', { contact: true }),
];
const labels = (query: string, most = 9) => searchSeries(home, query, 'ko', most).map((one) => one.label);

test('values are found by room, device and what they are, in either language', () => {
  expect(labels('거실 온도')).toEqual(['거실 온습도 · 온도']);
  expect(labels('주방')).toEqual(['주방 냉장고 · 온도', '주방 온습도 · 온도', '주방 창문 · 여닫힘']);
  expect(labels('temperature kitchen')).toHaveLength(2);
  expect(labels('auto')).toEqual([]); // a text cannot be drawn
  expect(labels('', 2)).toHaveLength(2);
});

test('sets: one of every room before the second of one', () => {
  const set = (most: number) => seriesSet(home, 'temperature', 'ko', most).map((one) => one.key.device);
  expect(set(8)).toEqual(['living_room/climate', 'kitchen/fridge', 'kitchen/climate']);
  expect(set(2)).toEqual(['living_room/climate', 'kitchen/fridge']);
  expect(seriesSet(home, 'open', 'ko', 8).map((one) => one.key.field)).toEqual(['contact']);
  expect(seriesSet(home, 'co2', 'ko', 8)).toEqual([]);
});

test('a key finds its field again, in a merged device too', () => {
  const merged = device('study', { power: 3 }, { sources: [{ measurement: 'zigbee', device: 'plug_1' }] });
  const devices = new Map([...home, merged].map((one) => [one.id, one]));
  expect(findSeries(devices, { device: 'plug_1', measurement: 'zigbee', field: 'power' })?.device).toBe(merged);
  expect(findSeries(devices, { device: 'kitchen/fridge', measurement: 'zigbee', field: 'temperature' })?.field.value).toBe(3);
  expect(findSeries(devices, { device: 'kitchen/fridge', measurement: 'ha', field: 'temperature' })).toBeUndefined();
});
