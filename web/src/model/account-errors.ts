// What the gateway says in English when somebody changes their own account, as a word of ours.
import type { Word } from '../words/i18n';

const words: Record<string, Word> = {
  'the password is wrong': 'account.error.password',
  'a password has 8 to 1024 bytes': 'account.error.short',
  'the code is wrong, or was used before': 'account.error.code',
  'administrators need a second factor here': 'account.error.needed',
  'there are 20 passkeys of this account: remove one first': 'account.error.many',
  'this passkey is registered already': 'account.passkey.twice',
  'the answer of the passkey is not good': 'account.passkey.failed',
  'this sign-in is over: start again': 'account.error.over',
  'say your password again, or sign in again, for this': 'account.again.text',
  'too many failed attempts: wait and try again': 'account.error.wait',
};

export function accountError(sentence: string): Word | undefined {
  return Object.hasOwn(words, sentence) ? words[sentence] : undefined;
}
