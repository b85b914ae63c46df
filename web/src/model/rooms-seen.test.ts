import { expect, test } from 'vitest';
import type { Device } from '../api/types';
import { roomsSeen } from './rooms-seen';

const device = (id: string) => ({ id, name: id, tags: {}, fields: [], sources: [] }) as unknown as Device;

test('rooms that are seen with their devices, and those that are not', () => {
  const all = ['kitchen/leak', 'kitchen/climate', 'bedroom/bed', 'lamp'].map(device);
  const { rooms, hidden } = roomsSeen(all.slice(0, 2), all, 'en');
  expect(rooms.map(({ label, devices }) => [label, devices.map(({ id }) => id)])).toEqual([['Kitchen', ['kitchen/climate', 'kitchen/leak']]]);
  expect(hidden).toEqual(['Bedroom', 'Other devices']);
  expect(roomsSeen([], [], 'ko')).toEqual({ rooms: [], hidden: [] });
});
