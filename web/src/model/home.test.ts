import { describe, expect, test } from 'vitest';
import type { Device, Field, StreamReading, Value } from '../api/types';
import {
  applyReading, concerns, deviceMood, groupByRoom, isStale, mainDeviceTag, mainFields, matches, pictureOfDevice, staleAfterMs, tileFields,
} from './home';
import { deviceLabel } from './names';

const at = (second: number) => `2026-01-10T12:00:${String(second).padStart(2, '0')}.000000000Z`;

function field(name: string, value: Value, more: Partial<Field> = {}): Field {
  const type = typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'string' : 'float';
  return { name, value, type, unit: null, time: at(10), ...more };
}

function device(id: string, fields: Field[], more: Partial<Device> = {}): Device {
  return { id, name: id, measurement: 'zigbee', tags: {}, area: null, last_seen: at(10), fields, ...more };
}

function reading(fields: Record<string, Value>, more: Partial<StreamReading> = {}): StreamReading {
  return { time: at(20), measurement: 'zigbee', device: 'kitchen/climate', tags: {}, fields, initial: false, ...more };
}

describe('a reading', () => {
  const before = device('kitchen/climate', [field('temperature', 21), field('humidity', 48)]);

  test('changes its fields and what was last seen', () => {
    const { device: after, unknown } = applyReading(before, reading({ temperature: 22 }));
    expect(after.fields.map((f) => f.value)).toEqual([22, 48]);
    expect(after.last_seen).toBe(at(20));
    expect(unknown).toBe(false);
    expect(before.fields[0]!.value).toBe(21); // the old object stays as it was
  });

  test('that is older changes nothing', () => {
    expect(applyReading(before, reading({ temperature: 5 }, { time: at(9) })).device).toBe(before);
  });

  test('that came already changes nothing', () => {
    expect(applyReading(before, reading({ temperature: 21 }, { time: at(10) })).device).toBe(before);
  });

  test('that the broker kept does not count as seen', () => {
    const { device: after } = applyReading(before, reading({ temperature: 22 }, { initial: true }));
    expect(after.fields[0]!.value).toBe(22);
    expect(after.last_seen).toBe(at(10));
  });

  test('with a time of its own counts as seen when it came', () => {
    const { device: after } = applyReading(before, reading({ temperature: 22 }, { time: at(11), received: at(30) }));
    expect(after.fields[0]!.time).toBe(at(11));
    expect(after.last_seen).toBe(at(30));
  });

  test('with a new field says so', () => {
    const { device: after, unknown } = applyReading(before, reading({ battery: 80 }));
    expect(unknown).toBe(true);
    expect(after.fields).toHaveLength(3);
  });

  test('of another series does not touch a field of the same name', () => {
    const other = applyReading(before, reading({ temperature: 40 }, { tags: { sensor: 'chip' } })).device;
    expect(other.fields.map((f) => f.value)).toEqual([21, 48, 40]);
    const again = applyReading(other, reading({ temperature: 41 }, { tags: { sensor: 'chip' }, time: at(30) }));
    expect(again.device.fields.map((f) => f.value)).toEqual([21, 48, 41]);
    expect(again.unknown).toBe(false);
  });
});

describe('the most telling field', () => {
  test.each([
    [[field('battery', 90), field('humidity', 50), field('temperature', 20)], 'temperature'],
    [[field('illuminance', 3), field('occupancy', true), field('temperature', 20)], 'occupancy'],
    [[field('linkquality', 3), field('battery', 90)], 'battery'],
    [[field('state', 'ON'), field('power', 40.5)], 'power'],
    [[field('door', false), field('status', 'running'), field('cycle', 'auto')], 'status'],
    [[field('made_up', 1), field('device_temperature', 30)], 'made_up'],
    [[field('bottom_temperature', 3), field('energy', 3)], 'bottom_temperature'],
  ])('%#', (fields, name) => expect(mainFields(device('x', fields), 1)[0]?.name).toBe(name));
});

test('what needs a look: alarms, then silence and empty batteries', () => {
  const now = Date.parse(at(30));
  const old = new Date(now - staleAfterMs - 1).toISOString();
  const list = [
    device('a/fine', [field('temperature', 20), field('battery', 80)]),
    device('b/silent', [field('temperature', 20)], { last_seen: old }),
    device('c/empty', [field('battery', 6)]),
    device('d/leak', [field('water_leak', true), field('battery', 5)]),
    device('e/dry', [field('water_leak', false)]),
    device('f/low', [field('battery_low', true)]),
    device('g/gone', [field('temperature', 20), field('online', false)]),
  ];
  expect(concerns(list, now).map((c) => [c.device.id, c.kind])).toEqual([
    ['d/leak', 'alert'],
    ['c/empty', 'battery'],
    ['f/low', 'battery'],
    ['g/gone', 'offline'],
    ['b/silent', 'stale'],
  ]);
  expect(isStale(list[0]!, now)).toBe(false);
  expect(deviceMood(list[3]!)).toBe('alert');
  expect(deviceMood(device('x', [field('contact', false)]))).toBe('active');
  expect(deviceMood(device('x', [field('contact', true)]))).toBe('calm');
});

describe('rooms', () => {
  test.each([
    [device('kitchen/climate', []), '주방', '온습도', 'Kitchen', 'Climate'],
    [device('living_room/tv_plug', []), '거실', 'TV 콘센트', 'Living room', 'TV plug'],
    [device('hall_motion', []), '복도', '움직임', 'Hall', 'Motion'],
    [device('living_room_lamp', []), '거실', '램프', 'Living room', 'Lamp'],
    [device('sensor.outside_temperature', []), 'Home Assistant', '실외 온도', 'Home Assistant', 'Outside temperature'],
    [device('0x00158d0001', []), '그 밖의 기기', '0x00158d0001', 'Other devices', '0x00158d0001'],
    [device('climate', [], { area: '주방' }), '주방', '온습도', '주방', 'Climate'],
    [device('주방/온도계', []), '주방', '온도계', '주방', '온도계'],
    [device('aircon', [], { tags: { path: 'living_room/wall' } }), '거실', '에어컨', 'Living room', 'Aircon'],
    [device('plug', [], { tags: { area: 'Study' } }), '서재', '콘센트', 'Study', 'Plug'],
  ])('%#', (one, roomKo, nameKo, roomEn, nameEn) => {
    expect(groupByRoom([one], 'ko')[0]?.label).toBe(roomKo);
    expect(groupByRoom([one], 'en')[0]?.label).toBe(roomEn);
    expect(deviceLabel(one, 'ko')).toBe(nameKo);
    expect(deviceLabel(one, 'en')).toBe(nameEn);
  });

  test('stand in the order of their names, others last', () => {
    const list = ['zzz', 'sensor.x', 'study/a', 'kitchen/b', 'kitchen/a'].map((id) => device(id, []));
    const rooms = groupByRoom(list, 'en');
    expect(rooms.map((room) => room.label)).toEqual(['Kitchen', 'Study', 'Home Assistant', 'Other devices']);
    expect(rooms[0]!.devices.map((d) => d.id)).toEqual(['kitchen/a', 'kitchen/b']);
  });
});

test('searching by id, name and room, in the language on screen', () => {
  const one = device('kitchen/climate', []);
  expect(matches(one, '주방 온습', 'ko')).toBe(true);
  expect(matches(one, 'KITCHEN', 'ko')).toBe(true);
  expect(matches(one, '거실', 'ko')).toBe(false);
  expect(matches(one, '  ', 'en')).toBe(true);
});

describe('a device of several sources', () => {
  const sources = [{ measurement: 'home', device: 'temp', path: 'bath' }, { measurement: 'home', device: 'temp', path: 'hall' }, { measurement: 'zigbee', device: 'plug' }];
  const merged = device('d1', [field('value', 21), field('value', 22, { measurement: 'home', device: 'temp', tags: { path: 'hall' } }), field('power', 3, { measurement: 'zigbee', device: 'plug', tags: {} })], {
    measurement: 'home', tags: { path: 'bath' }, sources,
  });

  test('keeps the name of its first series', () => {
    expect(mainDeviceTag(merged)).toBe('temp');
    expect(mainDeviceTag(device('alone', []))).toBe('alone');
  });

  test('a reading changes the field of its own series only', () => {
    const { device: after, unknown } = applyReading(merged, reading({ value: 30 }, { measurement: 'home', device: 'temp', tags: { path: 'hall' } }));
    expect(after.fields.map((one) => one.value)).toEqual([21, 30, 3]);
    expect(unknown).toBe(false);
    const other = applyReading(merged, reading({ power: 9 }, { device: 'plug' }));
    expect(other.device.fields.map((one) => one.value)).toEqual([21, 22, 9]);
  });

  test('speaks again: no longer silent or away', () => {
    const silent = { ...merged, stale: true, online: false };
    expect(applyReading(silent, reading({ power: 9 }, { device: 'plug' })).device).toMatchObject({ stale: false, online: true });
    expect(isStale(silent, 0)).toBe(true);
  });
});

test('what a tile has room for', () => {
  const names = (fields: Field[]) => tileFields(device('x', fields)).map((one) => one.name);
  expect(names([field('state', 'OFF'), field('brightness', 128), field('color_temp', 370)])).toEqual(['state']);
  expect(names([field('state', 'ON'), field('brightness', 128), field('color_temp', 370)])).toEqual(['state', 'brightness']);
  expect(names([])).toEqual([]);
  expect(pictureOfDevice(device('x', [field('state', 'ON'), field('brightness', 3)]))).toBe('light');
  expect(pictureOfDevice(device('x', []))).toBe('gauge');
});

test.each([
  [{ name: 'Living room tv plug', area: 'living_room' }, '거실', 'TV 콘센트', 'TV plug'],
  [{ name: 'Childs room window', area: 'childs_room' }, '아이방', '창문', 'Window'],
  [{ name: '현관 조명', area: '현관' }, '현관', '조명', '조명'],
  [{ name: 'Grandma’s Lamp', area: 'Attic' }, '다락', 'Grandma’s Lamp', 'Grandma’s Lamp'],
])('names that a device gives itself, in its room: %j', (more, room, ko, en) => {
  const one = device('x', [], more);
  expect(groupByRoom([one], 'ko')[0]!.label).toBe(room);
  expect(deviceLabel(one, 'ko')).toBe(ko);
  expect(deviceLabel(one, 'en')).toBe(en);
});
