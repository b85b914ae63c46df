import { expect, test } from 'vitest';
import { bytesOf, creationOf, textOf } from './passkey';

test('base64url there and back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(textOf(bytes.buffer)).not.toMatch(/[+/=]/);
  expect([...bytesOf(textOf(bytes.buffer))]).toEqual([...bytes]);
  expect(textOf(new ArrayBuffer(0))).toBe('');
  expect([...bytesOf('_-8')]).toEqual([255, 239]);
});

test('the options have bytes where the browser wants bytes', () => {
  const made = creationOf({
    challenge: 'AQI', rp: { id: 'home.example.org', name: 'CareDian' }, user: { id: 'Aw', name: 'mina', displayName: '민아' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }], excludeCredentials: [{ type: 'public-key', id: 'BA' }],
    authenticatorSelection: { residentKey: 'preferred' }, attestation: 'none', timeout: 1000,
  });
  expect([...(made.challenge as Uint8Array)]).toEqual([1, 2]);
  expect([...(made.user.id as Uint8Array)]).toEqual([3]);
  expect([...(made.excludeCredentials![0]!.id as Uint8Array)]).toEqual([4]);
  expect(made.user.displayName).toBe('민아');
});
