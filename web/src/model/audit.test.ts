import { expect, test } from 'vitest';
import { actorWord, detailWords, eventWord, momentsOf, readFilter, writeFilter } from './audit';

test('events, and those of a newer gateway', () => {
  expect(eventWord('login_failed', 'ko')).toBe('로그인 실패');
  expect(eventWord('role_added', 'en')).toBe('Made a role');
  expect(eventWord('moon_landed', 'ko')).toBe('moon landed');
});

test.each([
  ['role member, disabled', '구성원으로, 사용 중지'],
  ['role member, something', 'role member, something'],
  ['only administrators may do this', '관리자만 할 수 있습니다.'],
  ['only administrators may do this (12 times more)', '관리자만 할 수 있습니다. (12번 더)'],
  ['g1: control, areas 침실 거실, hours 08:00-20:00', '보고 켜고 끄기 · 침실 거실 · 08:00-20:00'],
  ['person:dan, group:kids', 'dan, group:kids'],
  ['', ''],
])('%j', (detail, ko) => expect(detailWords(detail, 'ko')).toBe(ko));

test('who acts', () => {
  expect(actorWord('', 'ko')).toBe('로그인 전');
  expect(actorWord('command line', 'en')).toBe('Command line');
  expect(actorWord('anna', 'en')).toBe('anna');
});

test('the filter stands in the address; its days are whole', () => {
  const filter = { who: 'anna', event: 'login', subject: 'eve', from: '2026-01-05', to: '2026-01-05' };
  expect(readFilter(writeFilter(filter))).toEqual(filter);
  const { from, to } = momentsOf(filter);
  expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
  expect(momentsOf(readFilter(new URLSearchParams('from=yesterday')))).toEqual({ from: '', to: '' });
});
