import { expect, test } from 'vitest';
import type { Device, Field, Value } from '../api/types';
import { show } from './format';
import { adopt } from './home-assistant';
import { deviceMood, mainFields } from './home';
import { deviceLabel } from './names';

const time = '2026-01-10T12:00:00.000000000Z';
function entity(id: string, values: Record<string, Value>, measurement = 'ha'): Device {
  const fields = Object.entries(values).map(([name, value]): Field => {
    const type = typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'float' : 'string';
    return { name, value, type, unit: null, time };
  });
  return { id, name: id, measurement, tags: { domain: id.split('.')[0]! }, area: null, last_seen: time, fields };
}

test('a sensor has its name, unit and kind from its attributes', () => {
  const one = adopt(entity('sensor.outside', {
    device_class: 'temperature', friendly_name: '바깥 온도', icon: 'x', unit_of_measurement: '°C', value: -3.25,
  }));
  expect(deviceLabel(one, 'ko')).toBe('바깥 온도');
  const main = mainFields(one, 3);
  expect(main.map((field) => field.name)).toEqual(['value']);
  expect(show(main[0]!, main[0]!.value, 'ko')).toEqual({ text: '-3.3', unit: '\u00a0°C' });
});

test.each([
  ['door', true, '열림', 'active'],
  ['moisture', true, '누수 감지', 'alert'],
  ['battery', false, '정상', 'calm'],
  ['cold', true, '켜짐', 'active'],
])('a binary sensor of class %s', (kind, value, text, mood) => {
  const one = adopt(entity('binary_sensor.x', { value_bool: value, device_class: kind }));
  const main = mainFields(one, 1)[0]!;
  expect(show(main, main.value, 'ko').text).toBe(text);
  expect(deviceMood(one)).toBe(mood);
});

test('a thermostat shows what it measures; a device of ours stays as it is', () => {
  const one = adopt(entity('climate.living', { state: 'heat', current_temperature: 21.5, supported_features: 17 }));
  expect(mainFields(one, 3).map((field) => field.name)).toEqual(['current_temperature', 'state']);
  const ours = entity('kitchen/climate', { temperature: 21 }, 'zigbee');
  expect(adopt(ours)).toBe(ours);
});
