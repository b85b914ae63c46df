// API keys.
import type { Words } from './i18n';

export const keysWords = {
  'keys.title': ['API 키', 'API keys'],
  'keys.text': [
    '프로그램이 암호 대신 쓰는 키입니다. 필요한 만큼만 허용하세요.',
    'What programs bring instead of a password. Allow each one the least that it needs.',
  ],
  'keys.none': ['아직 키가 없습니다', 'No keys yet'],
  'keys.add': ['키 만들기', 'Make a key'],
  'keys.name': ['이름', 'Name'],
  'keys.name.hint': ['어디에 쓰는 키인지: 벽시계, 백업 스크립트…', 'What it is for: wall clock, backup script…'],
  'keys.scopes': ['허용할 일', 'What it may do'],
  'keys.scope.read': ['읽기', 'Read'],
  'keys.scope.control': ['기기 켜고 끄기', 'Switch things'],
  'keys.scope.admin': ['관리', 'Administrate'],
  'keys.scope.verify': ['리버스 프록시 뒤의 프로그램', 'Programs behind the reverse proxy'],
  'keys.role': ['역할', 'Role'],
  'keys.addresses': ['사용할 수 있는 네트워크', 'Networks it may be used from'],
  'keys.addresses.hint': ['쉼표로 구분합니다. 비우면 어디서나 쓸 수 있습니다.', 'With commas between. Empty: from anywhere.'],
  'keys.days': ['유효 기간', 'Lives for'],
  'keys.days.n': ['{n}일', '{n} days'],
  'keys.made': ['키를 만들었습니다', 'The key is made'],
  'keys.made.text': [
    '지금 복사해 두세요. 다시는 볼 수 없습니다.',
    'Copy it now: it cannot be shown again.',
  ],
  'keys.copy': ['복사', 'Copy'],
  'keys.copied': ['복사했습니다', 'Copied'],
  'keys.done': ['완료', 'Done'],
  'keys.revoke': ['폐기', 'Revoke'],
  'keys.revoke.title': ['이 키를 폐기할까요?', 'Revoke this key?'],
  'keys.revoke.text': [
    '{name}: 이 키를 쓰는 프로그램은 바로 거부됩니다. 되돌릴 수 없습니다.',
    '{name}: programs that use it are refused at once. This cannot be undone.',
  ],
  'keys.revoked': ['폐기했습니다', 'Revoked'],
  'keys.ended': ['만료됨', 'Ended'],
  'keys.ends': ['{time}까지', 'Until {time}'],
  'keys.used': ['마지막 사용 {time}', 'Last used {time}'],
  'keys.never': ['사용한 적 없음', 'Never used'],
  'keys.anywhere': ['어디서나', 'From anywhere'],
} as const satisfies Words;
