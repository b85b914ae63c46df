import { expect, test } from 'vitest';
import { translate } from '../words/i18n';
import { peopleError } from './people-errors';

test.each([
  ['there is an account of that name', '같은 이름의 계정이 있습니다.'],
  ['hours "25:00" is not like 08:00-20:00', '08:00-20:00 같은 시간이 아닙니다: 25:00'],
  ['grants entry 2: hours "" is not like 08:00-20:00', '08:00-20:00 같은 시간이 아닙니다: '],
  ['grants entry 1: areas says nothing of what is granted: give areas, entities, devices, services or paths', '방, 기기, 엔티티, 서비스, 페이지 가운데 하나는 골라 주세요.'],
  ['name admin and member are built in', 'admin과 member는 이미 있는 이름입니다.'],
  ['name is a word of at most 64 bytes, without blanks and , : / | "', '이름은 띄어쓰기와 , : / | " 없이 한 단어로 적어 주세요.'],
  ['members "a b" is not person:, group:, key: or device: with a name', '사람이나 그룹의 이름이 아닙니다: a b'],
  ['entities "say "hi"" is not domain.name in lower case, in which * stands for anything', 'light.bedroom 같은 꼴이 아닙니다: say "hi"'],
])('%s', (sentence, said) => {
  const refused = peopleError(sentence)!;
  expect(translate('ko', refused.word, refused.fill)).toBe(said);
});

test.each(['', 'something else', 'hours', '500 Internal Server Error', 'toString', 'constructor is missing?'])('%j is left as it is', (sentence) =>
  expect(peopleError(sentence)).toBeUndefined());
