// What a device is told from its page.
import type { Words } from './i18n';

export const controlWords = {
  'device.tab.control': ['조작', 'Control'],
  'control.none': ['이 기기에는 조작할 수 있는 항목이 없습니다.', 'Nothing of this device can be controlled.'],
  'control.told': ['최근 명령', 'Latest commands'],
  'control.press': ['누르기', 'Press'],
  'control.set': ['보내기', 'Set'],
  'control.sending': ['보내고 답을 기다리는 중…', 'Sent, waiting for its answer…'],
  'control.done': ['됐습니다', 'Done'],
  'control.done.in': ['{ms} ms 만에 됐습니다', 'Done in {ms} ms'],
  'control.no_answer': ['기기가 제때 답하지 않았습니다.', 'The device did not answer in time.'],
  'control.failed': ['하지 못했습니다.', 'It could not be done.'],
  'control.pending': ['아직 답이 없습니다.', 'No answer yet.'],
  'control.again': ['다시 보내기', 'Try again'],
  'control.attempts': ['{n}번 보냄', 'sent {n} times'],
  'control.several': ['여러 값', 'Several values'],
  'control.state.pending': ['기다리는 중', 'Waiting'],
  'control.state.done': ['완료', 'Done'],
  'control.state.late': ['늦게 완료', 'Done late'],
  'control.state.no_answer': ['답 없음', 'No answer'],
  'control.state.failed': ['실패', 'Failed'],
} as const satisfies Words;
