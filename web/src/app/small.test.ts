import { describe, expect, test } from 'vitest';
import { labelOf, moodOf } from '../model/fields';
import { languageOf, translate } from '../words/i18n';
import { waitAfter } from '../api/live';
import { devicePath, parsePath } from './router';

describe('addresses', () => {
  test.each(['kitchen/climate', '주방 온도', 'a%b', 'sensor.x'])('%s there and back', (id) =>
    expect(parsePath(devicePath(id))).toEqual({ name: 'device', id }),
  );
  test.each([
    ['/', 'home'],
    ['/system', 'system'],
    ['/keys', 'keys'],
    ['/devices/', 'missing'],
    ['/devices/a/b', 'missing'],
    ['/devices/%', 'missing'],
    ['/nothing', 'missing'],
  ])('%s', (path, name) => expect(parsePath(path).name).toBe(name));
});

describe('language', () => {
  test.each([
    ['caredian_lang=ko', ['en-US'], 'ko'],
    ['a=b; caredian_lang=en; c=d', ['ko'], 'en'],
    ['caredian_lang=fr', ['ko-KR', 'en'], 'ko'],
    ['xcaredian_lang=ko', ['de', 'en'], 'en'],
    ['', ['de'], undefined],
  ])('%s %j', (cookies, browser, lang) => expect(languageOf(cookies, browser)).toBe(lang));
  test('words are filled in', () => {
    expect(translate('ko', 'home.count', { n: '3' })).toBe('기기 3대');
    expect(translate('en', 'home.nomatch', { query: '{n}' })).toBe('No device matches “{n}”.');
  });
});

describe('fields', () => {
  test.each([
    ['temperature', '온도', 'Temperature'],
    ['outdoor_temperature', '실외 온도', 'Outdoor temperature'],
    ['soil_moisture', '수분', 'Moisture'],
    ['co2', '이산화탄소', 'CO₂'],
    ['some-thing_new', 'Some thing new', 'Some thing new'],
  ])('%s', (name, ko, en) => {
    expect(labelOf({ name }, 'ko')).toBe(ko);
    expect(labelOf({ name }, 'en')).toBe(en);
  });
  test('moods', () => {
    expect(moodOf('smoke', true)).toBe('alert');
    expect(moodOf('occupancy', true)).toBe('active');
    expect(moodOf('state', 'OFF')).toBe('calm');
    expect(moodOf('temperature', 99)).toBe('calm');
  });
});

test('a stream that is refused waits longer each time, and never too long', () => {
  expect(waitAfter(1, 0.5)).toBe(1_000);
  expect(waitAfter(3, 0.5)).toBe(4_000);
  expect(waitAfter(50, 1)).toBe(18_750);
});
