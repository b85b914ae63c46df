import { describe, expect, test } from 'vitest';
import { formatAgo, formatBytes, formatDuration, show, showText } from './format';

const field = (name: string, unit: string | null = null) => ({ name, unit });

describe('values', () => {
  test.each([
    ['temperature', '°C', 21.374, '21.4 °C', '21.37 °C'],
    ['temperature', '°C', 21, '21.0 °C', '21 °C'],
    ['humidity', '%', 48.26, '48%', '48.26%'],
    ['power', 'W', 1203.42, '1,203 W', '1,203.42 W'],
    ['energy', 'kWh', 83.412, '83.41 kWh', '83.412 kWh'],
    ['linkquality', 'lqi', 126, '126', '126'],
    ['illuminance', 'lux', 0.254, '0.25 lx', '0.254 lx'],
    ['energy', 'Wh', 224_717_580, '224.7M Wh', '224,717,580 Wh'],
    ['anything', null, -0.5, '-0.5', '-0.5'],
  ])('%s %s %d', (name, unit, value, short, exact) => {
    expect(showText(field(name, unit), value, 'en').replaceAll('\u00a0', ' ')).toBe(short);
    expect(showText(field(name, unit), value, 'en', true).replaceAll('\u00a0', ' ')).toBe(exact);
  });

  test('flags are spoken by what they mean', () => {
    expect(show(field('contact'), true, 'ko').text).toBe('닫힘');
    expect(show(field('contact'), false, 'en').text).toBe('Open');
    expect(show(field('occupancy'), true, 'ko').text).toBe('감지됨');
    expect(show(field('water_leak'), false, 'en').text).toBe('Clear');
    expect(show(field('made_up'), true, 'ko').text).toBe('예');
  });

  test('texts that are flags, other texts, nothing', () => {
    expect(show(field('state'), 'ON', 'ko').text).toBe('켜짐');
    expect(show(field('status'), 'warming up', 'ko').text).toBe('warming up');
    expect(show(field('status'), '', 'ko').text).toBe('–');
    expect(show(field('temperature', '°C'), null, 'en')).toEqual({ text: '–', unit: '' });
  });
});

describe('times', () => {
  const now = Date.parse('2026-01-10T12:00:00Z');
  test.each([
    ['2026-01-10T11:59:31.000000000Z', 'ko', '방금'],
    ['2026-01-10T11:57:00.000000000Z', 'ko', '3분 전'],
    ['2026-01-10T09:00:00.000000000Z', 'en', '3 hr. ago'],
    ['2026-01-08T11:00:00.000000000Z', 'ko', '2일 전'],
    ['2026-01-10T12:00:09.000000000Z', 'en', 'just now'], // a clock that is ahead
    ['nonsense', 'en', '–'],
  ] as const)('%s %s', (time, lang, text) => expect(formatAgo(time, now, lang)).toBe(text));

  test('durations: the two largest units', () => {
    expect(formatDuration(93_784, 'ko')).toBe('1일 2시간');
    expect(formatDuration(300, 'en').replaceAll('\u00a0', ' ')).toBe('5 min');
    expect(formatDuration(0, 'ko')).toBe('0초');
  });
});

test('sizes', () => {
  expect(formatBytes(999, 'en')).toBe('999\u00a0B');
  expect(formatBytes(2_310_144, 'en')).toBe('2.3\u00a0MB');
  expect(formatBytes(268_435_456, 'ko')).toBe('268\u00a0MB');
});
