import { expect, test } from 'vitest';
import type { Device, Field, Value } from '../api/types';
import { summarizeHome, summarizeRoom } from './summary';

const now = Date.parse('2026-01-10T12:00:00Z');
const time = '2026-01-10T11:59:00.000000000Z';

function device(id: string, values: Record<string, Value>, more: Partial<Device> = {}): Device {
  const fields = Object.entries(values).map(([name, value]): Field => {
    const type = typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'float' : 'string';
    return { name, value, type, unit: null, time };
  });
  return { id, name: id, measurement: 'm', tags: {}, area: null, last_seen: time, fields, ...more };
}
const roomOf = (one: Device) => one.id.split('/')[0]!;

test('a room: the air, not the fridge', () => {
  const room = summarizeRoom(
    [
      device('kitchen/fridge', { temperature: 3.2 }),
      device('kitchen/climate', { temperature: 22.5, humidity: 48 }),
      device('kitchen/window', { contact: false }),
      device('kitchen/motion', { occupancy: true }),
    ],
    now,
  );
  expect(room.temperature?.value).toBe(22.5);
  expect(room.humidity?.value).toBe(48);
  expect(room).toMatchObject({ motion: true, open: 1 });
});

test('what is silent or away says nothing about now', () => {
  const old = { last_seen: '2026-01-09T00:00:00.000000000Z' };
  const room = summarizeRoom([device('a/x', { occupancy: true }, old), device('a/y', { contact: false }, { online: false })], now);
  expect(room).toEqual({ temperature: undefined, humidity: undefined, motion: false, open: 0 });
});

test('the home', () => {
  const home = summarizeHome(
    [
      device('kitchen/window', { contact: false }),
      device('hall/door', { contact: true }),
      device('hall/motion', { occupancy: false }),
      device('study/plug', { state: 'ON', power: 120.5 }),
      device('study/lamp', { state: 'OFF' }),
      device('kitchen/fridge', { power: 60 }),
      device('balcony/weather', { temperature: -3, humidity: 60 }),
      device('kitchen/dishwasher', { status: 'running', door: false }),
    ],
    roomOf,
    now,
  );
  expect(home.open?.map((one) => one.id)).toEqual(['kitchen/window']);
  expect(home.motion).toEqual([]);
  expect(home.on?.map((one) => one.id)).toEqual(['study/plug']);
  expect(home.watts).toBe(180.5);
  expect(home.outside?.value).toBe(-3);
});

test('a home without any of it says nothing', () =>
  expect(summarizeHome([device('a/b', { value: 3 })], roomOf, now)).toEqual({
    open: undefined, motion: undefined, on: undefined, watts: undefined, outside: undefined,
  }));
