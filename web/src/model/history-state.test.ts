import { expect, test } from 'vitest';
import { historyAddress, mostSeries, readHistory, writeHistory, type HistoryState } from './history-state';

const key = (device: string) => ({ device, measurement: 'zigbee', field: 'temperature' });

test.each<HistoryState>([
  { series: [], range: '24h', compare: 'none' },
  { series: [key('kitchen/climate'), key('거실 온도 ~ 100%')], range: 'month', compare: 'year' },
  { series: [{ ...key('node'), tags: { component: 'sensor', entity: 'a~b 온도' } }], range: '7d', compare: 'none' },
  { series: [key('<script>&s=x')], range: [1_768_000_000, 1_768_003_600.5], compare: 'day' },
])('there and back: %j', (state) => {
  expect(readHistory(writeHistory(state))).toEqual(state);
  expect(readHistory(new URLSearchParams(writeHistory(state).toString()))).toEqual(state);
});

test('an address that somebody made up', () => {
  const text = 's=a~b&s=a~b~&s=%25~b~c&s=~~&s=x~y~z&s=x~y~z&range=century&compare=__proto__&from=then&to=now';
  expect(readHistory(new URLSearchParams(text))).toEqual({
    series: [{ device: 'x', measurement: 'y', field: 'z' }], range: '24h', compare: 'none',
  });
  const many = new URLSearchParams();
  for (let i = 0; i < 100; i++) many.append('s', `d${i}~m~f`);
  expect(readHistory(many).series.length).toBe(mostSeries);
  expect(readHistory(new URLSearchParams('from=2026-01-02&to=2026-01-01')).range).toBe('24h');
});

test('an address to go to', () => expect(historyAddress([key('a/b')])).toBe('/history?s=a%252Fb%7Ezigbee%7Etemperature'));
