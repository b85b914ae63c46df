// The two languages of the console. A word is [Korean, English]; {name} is filled in by t().

export type Lang = 'ko' | 'en';

const words = {
  'app.home': ['홈', 'Home'],
  'app.system': ['시스템', 'System'],
  'app.menu': ['메뉴', 'Menu'],
  'app.skip': ['본문으로 건너뛰기', 'Skip to content'],
  'app.language': ['언어', 'Language'],
  'app.theme': ['화면 테마', 'Theme'],
  'app.theme.auto': ['자동', 'Auto'],
  'app.theme.light': ['밝게', 'Light'],
  'app.theme.dark': ['어둡게', 'Dark'],
  'app.signout': ['로그아웃', 'Sign out'],
  'app.signout.failed': ['로그아웃하지 못했습니다. 다시 시도해 주세요.', 'Could not sign out. Please try again.'],
  'app.role.admin': ['관리자', 'Administrator'],
  'app.role.member': ['구성원', 'Member'],
  'app.api': ['API 문서', 'API documentation'],
  'app.live': ['실시간', 'Live'],
  'app.connecting': ['연결 중', 'Connecting'],
  'app.offline': ['연결이 끊겼습니다. 다시 연결하는 중…', 'Connection lost. Reconnecting…'],
  'app.notfound': ['페이지를 찾을 수 없습니다', 'Page not found'],
  'app.notfound.text': ['주소를 확인하거나 홈으로 돌아가세요.', 'Check the address, or go back home.'],
  'app.loading': ['불러오는 중…', 'Loading…'],
  'app.error': ['불러오지 못했습니다', 'Could not be loaded'],
  'app.retry': ['다시 시도', 'Try again'],
  'app.updated': ['{time} 기준', 'As of {time}'],

  'home.title': ['우리 집', 'My home'],
  'home.count': ['기기 {n}대', '{n} devices'],
  'home.count.one': ['기기 1대', '1 device'],
  'home.search': ['기기 찾기', 'Find a device'],
  'home.attention': ['살펴볼 것', 'Needs attention'],
  'home.none': ['아직 기기가 없습니다', 'No devices yet'],
  'home.none.text': [
    '기기가 MQTT로 값을 보내면 여기에 나타납니다. 브로커 연결은 시스템 화면에서 볼 수 있습니다.',
    'Devices appear here as soon as they send a value over MQTT. The system page shows the broker connection.',
  ],
  'home.nomatch': ['“{query}”에 맞는 기기가 없습니다.', 'No device matches “{query}”.'],
  'home.all': ['{n}대 모두 보기', 'Show all {n}'],
  'home.stale': ['{time} 소식', 'Last heard {time}'],
  'home.offline': ['연결 끊김', 'Offline'],
  'home.battery': ['배터리 {value}', 'Battery {value}'],
  'room.other': ['그 밖의 기기', 'Other devices'],
  'room.ha': ['Home Assistant', 'Home Assistant'],

  'device.back': ['홈으로', 'Back to home'],
  'device.missing': ['이 기기는 없습니다', 'There is no such device'],
  'device.missing.text': ['이름이 바뀌었거나 지워졌을 수 있습니다.', 'It may have been renamed or removed.'],
  'device.seen': ['마지막 소식 {time}', 'Last heard {time}'],
  'device.stale': ['소식 없음', 'Silent'],
  'device.values': ['현재 값', 'Values now'],
  'device.diagnostics': ['기기 상태', 'Device health'],
  'device.chart': ['{field} 변화', '{field} over time'],
  'device.range': ['기간', 'Range'],
  'device.range.1h': ['1시간', '1 h'],
  'device.range.24h': ['24시간', '24 h'],
  'device.range.7d': ['7일', '7 d'],
  'device.range.30d': ['30일', '30 d'],
  'device.nodata': ['이 기간에는 기록이 없습니다.', 'Nothing was recorded in this range.'],
  'device.min': ['최저', 'Lowest'],
  'device.mean': ['평균', 'Average'],
  'device.max': ['최고', 'Highest'],
  'device.each': ['{step}마다 평균', 'average per {step}'],
  'device.chart.label': [
    '{field} 그래프, {range}: 최저 {min}, 평균 {mean}, 최고 {max}',
    'Chart of {field}, {range}: lowest {min}, average {mean}, highest {max}',
  ],
  'device.chart.flag': ['{field} 그래프, {range}', 'Chart of {field}, {range}'],
  'device.records': ['{field} 최근 기록', '{field}: latest records'],
  'device.records.time': ['시각', 'Time'],
  'device.records.value': ['값', 'Value'],
  'device.csv': ['CSV로 받기', 'Download CSV'],
  'device.about': ['기기 정보', 'About this device'],
  'device.id': ['아이디', 'Id'],
  'device.measurement': ['종류', 'Measurement'],
  'device.area': ['구역', 'Area'],

  'system.title': ['시스템', 'System'],
  'system.denied': ['관리자만 볼 수 있습니다', 'For administrators only'],
  'system.denied.text': ['이 화면은 관리자 계정으로 로그인하면 보입니다.', 'Sign in with an administrator account to see this page.'],
  'system.ok': ['모두 정상입니다', 'Everything is fine'],
  'system.degraded': ['{n}가지가 정상이 아닙니다', '{n} things are not well'],
  'system.degraded.one': ['1가지가 정상이 아닙니다', '1 thing is not well'],
  'system.program': ['프로그램', 'Program'],
  'system.version': ['버전', 'Version'],
  'system.uptime': ['켜진 시간', 'Uptime'],
  'system.memory': ['메모리', 'Memory'],
  'system.cpu': ['CPU 시간', 'CPU time'],
  'system.dependencies': ['연결된 것들', 'Dependencies'],
  'system.since': ['{time}부터', 'since {time}'],
  'system.missing': ['지금 안 되는 것: {feature}', 'Missing now: {feature}'],
  'system.flow': ['메시지의 길', 'Path of messages'],
  'system.rate': ['초당 메시지', 'Messages per second'],
  'system.received': ['받음', 'Received'],
  'system.journaled': ['저널에 기록', 'Journaled'],
  'system.acknowledged': ['수신 확인', 'Acknowledged'],
  'system.decoded': ['해석', 'Decoded'],
  'system.described': ['기기 설명', 'Descriptions'],
  'system.dead': ['해석 못함', 'Not decodable'],
  'system.ignored': ['건너뜀', 'Ignored'],
  'system.ignored.none': ['건너뛴 메시지가 없습니다.', 'No message was ignored.'],
  'system.journal': ['저널', 'Journal'],
  'system.journal.rows': ['보관 중인 메시지', 'Messages kept'],
  'system.journal.size': ['크기', 'Size'],
  'system.journal.of': ['{max} 중 {used}', '{used} of {max}'],
  'system.journal.oldest': ['가장 오래된 메시지', 'Oldest message'],
  'system.journal.state': ['상태', 'State'],
  'system.history': ['보관된 기록', 'History'],
  'system.history.series': ['시리즈', 'Series'],
  'system.history.blocks': ['블록', 'Blocks'],
  'system.history.points': ['데이터 점', 'Points'],
  'system.history.bytes': ['크기', 'Size'],
  'system.sinks': ['저장하는 곳', 'Sinks'],
  'system.sinks.name': ['이름', 'Name'],
  'system.sinks.written': ['저장', 'Written'],
  'system.sinks.cursor': ['커서', 'Cursor'],
  'part.mqtt': ['MQTT 브로커', 'MQTT broker'],
  'part.journal': ['저널', 'Journal'],
  'part.history': ['기록 보관', 'History'],
  'part.devices': ['기기 목록', 'Devices'],
  'part.database': ['데이터베이스', 'Database'],
  'part.disk': ['디스크', 'Disk'],
  'part.home_assistant': ['Home Assistant', 'Home Assistant'],
  'part.stream': ['실시간 값', 'Live values'],
  // What is missed while it is away, in our words where we know it.
  'feature.mqtt': ['기기의 실시간 값', 'Live values of devices'],
  'feature.journal': ['새 메시지 보관', 'Keeping of new messages'],
  'feature.database': ['로그인과 계정', 'Signing in, accounts'],
  'feature.home_assistant': ['Home Assistant 호출', 'Calls to Home Assistant'],
  'ignored.configured': ['설정으로 제외', 'Left out by the settings'],
  'ignored.retained_unchanged': ['바뀌지 않은 보관 값', 'Retained and unchanged'],
  'ignored.qos2_repeated': ['다시 온 QoS 2', 'QoS 2 sent again'],
  'ignored.repeated_pending': ['다시 온 메시지', 'Sent again while pending'],
  'ignored.broker_status': ['브로커 상태', 'Status of the broker'],
  'ignored.empty': ['빈 내용', 'Empty'],
  'ignored.no_value': ['값 없음', 'No value'],
  'ignored.not_a_number': ['숫자 아님(nan)', 'Not a number (nan)'],
  'ignored.unavailable': ['연결 안 된 기기', 'Unavailable'],
  'ignored.z2m_command': ['Zigbee2MQTT 명령', 'Zigbee2MQTT commands'],
  'ignored.z2m_metadata': ['Zigbee2MQTT 정보', 'Zigbee2MQTT metadata'],
  'ignored.z2m_no_action': ['동작 없음', 'No action'],
  'ignored.bridge_log': ['브리지 기록', 'Log of a bridge'],
  'ignored.ha_discovery': ['HA 자동 검색', 'HA discovery'],
  'ignored.ha_timestamp': ['HA 시각', 'HA timestamps'],
  'ignored.sparkplug': ['Sparkplug', 'Sparkplug'],
  'ignored.field_limit': ['필드 수 초과', 'Too many fields'],
  'state.failing': ['쓰지 못함', 'Failing'],
  'state.up': ['정상', 'Up'],
  'state.starting': ['시작 중', 'Starting'],
  'state.degraded': ['약해짐', 'Degraded'],
  'state.down': ['끊김', 'Down'],
  'state.ok': ['정상', 'OK'],
  'state.full': ['가득 참', 'Full'],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof words;

export function isWord(key: string): key is Word {
  return Object.hasOwn(words, key);
}

export function translate(lang: Lang, key: Word, fill: Record<string, string> = {}): string {
  const text: string = words[key][lang === 'ko' ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => fill[name] ?? whole);
}

// The cookie that the server's own pages read and write too.
const cookieName = 'caredian_lang';

// Chosen on this device, else the browser's; undefined when neither is one of ours.
export function languageOf(cookies: string, browser: readonly string[]): Lang | undefined {
  const cookie = new RegExp(`(?:^|; )${cookieName}=(ko|en)(?:;|$)`).exec(cookies);
  if (cookie) return cookie[1] as Lang;
  for (const tag of browser) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'ko' || language === 'en') return language;
  }
  return undefined;
}

export function languageCookie(lang: Lang): string {
  return `${cookieName}=${lang}; path=/; max-age=31536000; samesite=lax`;
}
