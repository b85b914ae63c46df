import { expect, test } from 'vitest';
import type { CatalogueRow } from '../api/types';
import { matches, sectionsOf } from './catalogue';

const row = (measurement: string, field: string, tags: string[], unit: string | null = null): CatalogueRow => ({
  measurement, field, tags, unit, type: 'float', device_class: null, devices: 1, last_seen: '2026-01-10T12:00:00Z',
});
const rows = [row('ble', 'tempc', ['gateway', 'device'], '°C'), row('zigbee', 'battery', ['device'], '%'), row('zigbee', 'temperature', ['path', 'device'], '°C')];

test('a section for each measurement, with the tags of its rows', () =>
  expect(sectionsOf(rows, '').map(({ measurement, tags, rows }) => [measurement, tags, rows.length])).toEqual([
    ['ble', ['device', 'gateway'], 1],
    ['zigbee', ['device', 'path'], 2],
  ]));

test('rows that match, and sections that have some', () => {
  expect(sectionsOf(rows, 'ZIGBEE temp').map(({ rows }) => rows.map(({ field }) => field))).toEqual([['temperature']]);
  expect(sectionsOf(rows, 'none of these')).toEqual([]);
});

test.each([['°c', true], ['  ', true], ['device', true], ['null', false], ['tempc zigbee', false]])('%s', (query, found) =>
  expect(matches(rows[0]!, query)).toBe(found));
