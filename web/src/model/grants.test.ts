import { expect, test } from 'vitest';
import type { Grant } from '../api/people';
import { daysOf, daysText, grantLine, grantParts, whoWords, type Day } from './grants';

const names = { device: (id: string) => (id === 'kitchen/climate' ? '주방 온습도' : undefined), key: (id: string) => (id === '7Q' ? '벽시계' : undefined) };

test.each<[Grant, string, string]>([
  [{ areas: ['침실', '거실'], hours: ['08:00-20:00'] }, '침실, 거실 · 보기 · 08:00–20:00', '침실, 거실 · see · 08:00–20:00'],
  [{ areas: ['*'], may: 'control', days: ['mon-fri'] }, '모든 방 · 보고 켜고 끄기 · 월–금', 'every room · see and switch · Mon–Fri'],
  [{ devices: ['kitchen/climate', 'x'] }, '주방 온습도, x · 보기', '주방 온습도, x · see'],
  [{ paths: ['wiki.example.org/care'], may: 'read' }, 'wiki.example.org/care', 'wiki.example.org/care'],
  [{ entities: ['light.*'], until: '2026-12-31' }, 'light.* · 보기 · 2026년 12월 31일까지', 'light.* · see · until Dec 31, 2026'],
  [{ services: ['script.good_night'], may: 'control', addresses: ['10.0.0.0/8'] },
    'script.good_night · 보고 켜고 끄기 · 10.0.0.0/8에서만', 'script.good_night · see and switch · only from 10.0.0.0/8'],
])('%j', (grant, ko, en) => {
  expect(grantParts(grant, 'ko', names).join(' · ')).toBe(ko);
  expect(grantParts(grant, 'en', names).join(' · ')).toBe(en);
});

test.each<[string[], Day[], string[]]>([
  [['mon-fri'], ['mon', 'tue', 'wed', 'thu', 'fri'], ['mon-fri']],
  [['sat', 'sun'], ['sat', 'sun'], ['sat', 'sun']],
  [['sat-mon'], ['mon', 'sat', 'sun'], ['mon', 'sat', 'sun']], // over the end of the week
  [['mon', 'wed', 'thu', 'fri'], ['mon', 'wed', 'thu', 'fri'], ['mon', 'wed-fri']],
  [['mon-sun'], ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], []],
  [['someday', ''], [], []],
  [['mon-someday'], ['mon'], ['mon']],
])('days %j', (words, days, text) => {
  expect(daysOf(words)).toEqual(days);
  expect(daysText(days)).toEqual(text);
});

test.each([
  ['person:eve', 'eve', 'eve'],
  ['group:carers', '그룹 carers', 'Group carers'],
  ['key:7Q', '키 벽시계', 'Key 벽시계'],
  ['key:8R', '키 8R', 'Key 8R'],
  ['role:member', '역할 구성원', 'Role Member'],
  ['whatever', 'whatever', 'whatever'],
])('%s', (who, ko, en) => {
  expect(whoWords(who, 'ko', names)).toBe(ko);
  expect(whoWords(who, 'en', names)).toBe(en);
});

test('the line is the one of the gateway', () => {
  expect(grantLine({ areas: ['침실', '거실'], hours: ['08:00-20:00'] })).toBe('read, areas 침실 거실, hours 08:00-20:00');
  expect(grantLine({ may: 'control', entities: ['light.*'], from: '2026-01-01', until: '2026-12-31' })).toBe(
    'control, entities light.*, from 2026-01-01, until 2026-12-31');
});

