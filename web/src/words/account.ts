// One's own account: password, second step, passkeys, sessions.
import type { Words } from './i18n';

export const accountWords = {
  'account.title': ['내 계정', 'Your account'],
  'account.again': ['다시 로그인하기', 'Sign in again'],
  'account.again.text': [
    '로그인 방법을 바꾸려면 방금 로그인한 상태여야 합니다. 다시 로그인하면 이 화면으로 돌아옵니다.',
    'To change how you sign in, you must have signed in a moment ago. You come back here afterwards.',
  ],

  'account.password': ['비밀번호', 'Password'],
  'account.password.text': [
    '바꾸면 다른 곳의 로그인은 모두 끝납니다.',
    'When you change it, you are signed out everywhere else.',
  ],
  'account.password.none': [
    '비밀번호가 없습니다. 정하면 이 게이트웨이에서 바로 로그인할 수 있습니다.',
    'You have none. With one, you can sign in at this gateway itself.',
  ],
  'account.password.change': ['비밀번호 바꾸기', 'Change password'],
  'account.password.set': ['비밀번호 정하기', 'Set a password'],
  'account.password.current': ['지금 비밀번호', 'Current password'],
  'account.password.new': ['새 비밀번호', 'New password'],
  'account.password.hint': ['8자 이상. 길수록 안전합니다.', 'At least 8 characters. Longer is safer.'],
  'account.password.changed': ['비밀번호를 바꿨습니다', 'The password is changed'],

  'account.second': ['2단계 인증', 'Second step'],
  'account.second.text': [
    '비밀번호 다음에 한 번 더 확인합니다. 비밀번호가 새어 나가도 계정은 안전합니다.',
    'Asked for after the password, so that a password alone opens nothing.',
  ],
  'account.second.needed': ['관리자는 하나가 꼭 있어야 합니다.', 'Administrators must have one here.'],
  'account.app': ['인증 앱', 'Authenticator app'],
  'account.app.text': ['앱이 30초마다 새로 보여 주는 여섯 자리 숫자', 'Six digits from an app, new every 30 seconds'],
  'account.on': ['사용 중', 'On'],
  'account.off': ['사용 안 함', 'Off'],
  'account.app.add': ['설정', 'Set up'],
  'account.app.scan': [
    '인증 앱으로 이 그림을 찍고, 앱에 나온 숫자를 적으세요.',
    'Scan this with an authenticator app, then enter the digits that it shows.',
  ],
  'account.app.key': ['찍을 수 없으면 이 키를 앱에 적으세요', 'If you cannot scan it, type this key into the app'],
  'account.app.code': ['앱에 나온 숫자', 'Digits from the app'],
  'account.app.qr': ['인증 앱용 QR 코드', 'QR code for the authenticator app'],
  'account.app.remove.title': ['인증 앱을 지울까요?', 'Remove the authenticator app?'],
  'account.app.remove.text': [
    '앞으로 로그인할 때 앱의 숫자를 묻지 않습니다.',
    'Its digits are no longer asked for when you sign in.',
  ],
  'account.remove': ['지우기', 'Remove'],
  'account.next': ['계속', 'Go on'],
  'account.passkey.ask': ['비밀번호 다음에 패스키 묻기', 'Ask for a passkey after the password'],
  'account.codes': ['복구 코드', 'Recovery codes'],
  'account.codes.left': ['{n}개 남음', '{n} left'],
  'account.codes.new': ['새로 받기', 'New codes'],
  'account.codes.new.text': [
    '지금까지의 코드는 모두 쓸 수 없게 됩니다.',
    'The codes that you have now will no longer work.',
  ],
  'account.codes.text': [
    '휴대폰을 잃어버렸을 때 코드 하나로 한 번 로그인할 수 있습니다. 지금만 보이니 안전한 곳에 적어 두세요.',
    'Each signs you in once, should you lose your phone. They are shown only now: keep them in a safe place.',
  ],
  'account.codes.kept': ['적어 두었습니다', 'I have kept them'],

  'account.passkeys': ['패스키', 'Passkeys'],
  'account.passkeys.text': [
    '지문, 얼굴, 화면 잠금으로 비밀번호 없이 로그인합니다.',
    'Sign in with your fingerprint, face or screen lock instead of a password.',
  ],
  'account.passkeys.none': ['아직 패스키가 없습니다', 'No passkeys yet'],
  'account.passkeys.off': [
    '패스키는 호스트 이름과 https가 있는 public_url이 설정되어야 쓸 수 있습니다.',
    'Passkeys need a public_url with a host name and https in the settings.',
  ],
  'account.passkeys.elsewhere': [
    '이 브라우저에서는 패스키를 만들 수 없습니다. {host}에서 열어 보세요.',
    'Passkeys cannot be made in this browser. Try it at {host}.',
  ],
  'account.passkey.add': ['패스키 만들기', 'Add a passkey'],
  'account.passkey.name': ['이름', 'Name'],
  'account.passkey.name.hint': ['어느 기기인지: 내 휴대폰, 보안 키…', 'Which device it is: my phone, security key…'],
  'account.passkey.added': ['패스키를 만들었습니다', 'The passkey is added'],
  'account.passkey.rename': ['이름 바꾸기', 'Rename'],
  'account.passkey.remove.title': ['이 패스키를 지울까요?', 'Remove this passkey?'],
  'account.passkey.remove.text': [
    '{name}: 이 패스키로는 더 이상 로그인할 수 없습니다.',
    '{name}: it can no longer sign you in.',
  ],
  'account.passkey.failed': [
    '패스키를 만들지 못했습니다.',
    'The passkey could not be made.',
  ],
  'account.passkey.twice': ['이 기기에는 이미 패스키가 있습니다.', 'This device has a passkey already.'],
  'account.passkey.made': ['{time}에 만듦', 'Made {time}'],
  'account.passkey.synced': ['여러 기기에 있음', 'On several devices'],

  'account.error.password': ['지금 비밀번호가 맞지 않습니다.', 'The current password is wrong.'],
  'account.error.short': ['비밀번호는 8자 이상이어야 합니다.', 'A password needs at least 8 characters.'],
  'account.error.code': ['코드가 맞지 않거나 이미 쓴 코드입니다.', 'The code is wrong, or was used before.'],
  'account.error.needed': ['관리자는 2단계 인증이 하나 있어야 합니다.', 'Administrators must keep a second step here.'],
  'account.error.many': ['패스키는 20개까지입니다. 먼저 하나를 지우세요.', 'There are 20 passkeys already: remove one first.'],
  'account.error.over': ['시간이 지났습니다. 처음부터 다시 해 주세요.', 'This took too long. Please start again.'],
  'account.error.wait': ['여러 번 실패했습니다. 잠시 후 다시 시도하세요.', 'Too many failed attempts. Wait a little and try again.'],

  'account.sessions': ['로그인한 곳', 'Where you are signed in'],
  'account.session.here': ['지금 이곳', 'This one'],
  'account.session.end': ['끝내기', 'Sign out'],
  'account.session.ended': ['로그아웃했습니다', 'Signed out'],
  'account.sessions.others': ['다른 곳 모두 로그아웃', 'Sign out everywhere else'],
  'account.session.used': ['마지막 사용 {time}', 'Last used {time}'],
  'account.session.unknown': ['알 수 없는 기기', 'Unknown device'],
} as const satisfies Words;
