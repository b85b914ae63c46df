import { expect, test } from 'vitest';
import { longestName, plain } from './plain';

test.each([
  ['living room', 'living room'],
  ['  거실   온도 ', '거실 온도'],
  ['\u1100\u1161', '가'], // letters taken apart, as some systems send them
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['\u202egnp.exe', 'gnp.exe'],
  ['a\u0000b\nc', 'ab c'],
  ['\u200b\u2066\u2069', '–'],
  ['', '–'],
  ['👩‍🚀 로켓', '👩‍🚀 로켓'],
  ['Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306', 'Z\u0300\u0301\u0302'],
])('%j', (text, shown) => expect(plain(text)).toBe(shown));

test('ten thousand letters are cut, whatever they are', () => {
  for (const letter of ['x', '가', '😀', '\u0301', '\u202e'])
    expect([...plain(letter.repeat(10_000))].length).toBeLessThanOrEqual(longestName + 1);
  expect(plain('x'.repeat(10_000)).endsWith('…')).toBe(true);
});
