// What the console knows of fields by their names: label, picture, how telling they are, how a flag
// is spoken. A name that is not known is shown as it is; nothing here changes a value.
import type { Field, Value } from './api';
import type { Lang } from './i18n';

export type Picture =
  | 'temperature' | 'humidity' | 'air' | 'motion' | 'door' | 'leak' | 'alarm' | 'power' | 'light'
  | 'sun' | 'battery' | 'signal' | 'heart' | 'bed' | 'lock' | 'button' | 'gauge' | 'text';

// How a tile looks: something is going on, or somebody should look.
export type Mood = 'calm' | 'active' | 'alert';

interface Flag {
  on: readonly [string, string];
  off: readonly [string, string];
  mood?: Mood; // of `moodOn`
  moodOn?: boolean; // which value has the mood; true when absent
}

interface Knowledge {
  label: readonly [string, string];
  picture: Picture;
  rank: number; // the higher, the more telling
  flag?: Flag;
}

const onOff: Flag = { on: ['켜짐', 'On'], off: ['꺼짐', 'Off'], mood: 'active' };
const opened: Flag = { on: ['열림', 'Open'], off: ['닫힘', 'Closed'], mood: 'active' };
const alarm = (on: readonly [string, string]): Flag => ({ on, off: ['이상 없음', 'Clear'], mood: 'alert' });
const yesNo: Flag = { on: ['예', 'Yes'], off: ['아니요', 'No'] };

const known: Record<string, Knowledge> = {
  fall: { label: ['낙상', 'Fall'], picture: 'alarm', rank: 100, flag: alarm(['낙상 감지', 'Fall detected']) },
  sos: { label: ['긴급 호출', 'SOS'], picture: 'alarm', rank: 100, flag: alarm(['호출됨', 'Called']) },
  smoke: { label: ['연기', 'Smoke'], picture: 'alarm', rank: 98, flag: alarm(['연기 감지', 'Smoke detected']) },
  gas: { label: ['가스', 'Gas'], picture: 'alarm', rank: 97, flag: alarm(['가스 감지', 'Gas detected']) },
  carbon_monoxide: { label: ['일산화탄소', 'Carbon monoxide'], picture: 'alarm', rank: 97, flag: alarm(['감지됨', 'Detected']) },
  water_leak: { label: ['누수', 'Water leak'], picture: 'leak', rank: 96, flag: alarm(['누수 감지', 'Leak detected']) },
  occupancy: { label: ['움직임', 'Motion'], picture: 'motion', rank: 90, flag: { on: ['감지됨', 'Motion'], off: ['없음', 'No motion'], mood: 'active' } },
  presence: { label: ['사람', 'Presence'], picture: 'motion', rank: 90, flag: { on: ['있음', 'Present'], off: ['없음', 'Nobody'], mood: 'active' } },
  in_bed: { label: ['침대', 'Bed'], picture: 'bed', rank: 90, flag: { on: ['누워 있음', 'In bed'], off: ['비어 있음', 'Empty'], mood: 'active' } },
  // Zigbee2MQTT: true = the magnet is there = closed.
  contact: { label: ['여닫힘', 'Contact'], picture: 'door', rank: 89, flag: { on: ['닫힘', 'Closed'], off: ['열림', 'Open'], mood: 'active', moodOn: false } },
  door: { label: ['문', 'Door'], picture: 'door', rank: 78, flag: opened },
  window: { label: ['창문', 'Window'], picture: 'door', rank: 88, flag: opened },
  open: { label: ['열림', 'Open'], picture: 'door', rank: 88, flag: opened },
  locked: { label: ['잠금', 'Lock'], picture: 'lock', rank: 88, flag: { on: ['잠김', 'Locked'], off: ['열림', 'Unlocked'], mood: 'active', moodOn: false } },
  vibration: { label: ['진동', 'Vibration'], picture: 'motion', rank: 85, flag: { on: ['감지됨', 'Detected'], off: ['없음', 'None'], mood: 'active' } },
  heart_rate: { label: ['심박수', 'Heart rate'], picture: 'heart', rank: 84 },
  respiration_rate: { label: ['호흡수', 'Respiration'], picture: 'heart', rank: 83 },
  temperature: { label: ['온도', 'Temperature'], picture: 'temperature', rank: 80 },
  co2: { label: ['이산화탄소', 'CO₂'], picture: 'air', rank: 78 },
  pm25: { label: ['초미세먼지', 'PM2.5'], picture: 'air', rank: 77 },
  pm10: { label: ['미세먼지', 'PM10'], picture: 'air', rank: 76 },
  voc: { label: ['휘발성 유기화합물', 'VOC'], picture: 'air', rank: 75 },
  humidity: { label: ['습도', 'Humidity'], picture: 'humidity', rank: 74 },
  moisture: { label: ['수분', 'Moisture'], picture: 'humidity', rank: 73 },
  power: { label: ['전력', 'Power'], picture: 'power', rank: 70, flag: onOff },
  steps: { label: ['걸음 수', 'Steps'], picture: 'heart', rank: 69 },
  state: { label: ['상태', 'State'], picture: 'gauge', rank: 68, flag: onOff },
  on: { label: ['전원', 'Power'], picture: 'power', rank: 68, flag: onOff },
  running: { label: ['동작', 'Running'], picture: 'gauge', rank: 68, flag: { on: ['동작 중', 'Running'], off: ['멈춤', 'Stopped'], mood: 'active' } },
  action: { label: ['누름', 'Action'], picture: 'button', rank: 66 },
  // Appliances: what it does tells more than its door, its temperature more than that.
  status: { label: ['상태', 'Status'], picture: 'gauge', rank: 79 },
  mode: { label: ['모드', 'Mode'], picture: 'gauge', rank: 67 },
  remaining_time: { label: ['남은 시간', 'Time left'], picture: 'gauge', rank: 66 },
  cycle: { label: ['코스', 'Cycle'], picture: 'text', rank: 50 },
  condition: { label: ['날씨', 'Condition'], picture: 'sun', rank: 64 },
  duration: { label: ['시간', 'Duration'], picture: 'gauge', rank: 56 },
  volume: { label: ['음량', 'Volume'], picture: 'gauge', rank: 42 },
  download: { label: ['받는 속도', 'Download'], picture: 'signal', rank: 62 },
  upload: { label: ['보내는 속도', 'Upload'], picture: 'signal', rank: 61 },
  devices_connected: { label: ['연결된 기기', 'Devices connected'], picture: 'signal', rank: 63 },
  rinse_refill_needed: { label: ['린스 보충', 'Rinse refill'], picture: 'leak', rank: 36, flag: { on: ['필요', 'Needed'], off: ['충분', 'Enough'], mood: 'active' } },
  fresh_air_filter: { label: ['공기 필터', 'Air filter'], picture: 'air', rank: 36, flag: onOff },
  last_boot: { label: ['마지막 시작', 'Last boot'], picture: 'text', rank: 7 },
  brightness: { label: ['밝기', 'Brightness'], picture: 'light', rank: 60 },
  illuminance: { label: ['조도', 'Illuminance'], picture: 'sun', rank: 58 },
  pressure: { label: ['압력', 'Pressure'], picture: 'gauge', rank: 55 },
  energy: { label: ['전력량', 'Energy'], picture: 'power', rank: 52 },
  current: { label: ['전류', 'Current'], picture: 'power', rank: 45 },
  level: { label: ['수위', 'Level'], picture: 'gauge', rank: 44 },
  color_temp: { label: ['색온도', 'Color temperature'], picture: 'light', rank: 40 },
  value: { label: ['값', 'Value'], picture: 'gauge', rank: 69 },
  value_bool: { label: ['상태', 'State'], picture: 'power', rank: 69, flag: onOff },
  online: { label: ['연결', 'Connection'], picture: 'signal', rank: 18, flag: { on: ['연결됨', 'Online'], off: ['끊김', 'Offline'] } },
  battery: { label: ['배터리', 'Battery'], picture: 'battery', rank: 15, flag: { on: ['정상', 'OK'], off: ['부족', 'Low'] } },
  battery_low: { label: ['배터리', 'Battery'], picture: 'battery', rank: 15, flag: { on: ['부족', 'Low'], off: ['정상', 'OK'] } },
  tamper: { label: ['훼손', 'Tamper'], picture: 'alarm', rank: 14, flag: alarm(['감지됨', 'Detected']) },
  voltage: { label: ['전압', 'Voltage'], picture: 'power', rank: 12 },
  device_temperature: { label: ['기기 온도', 'Device temperature'], picture: 'temperature', rank: 11 },
  linkquality: { label: ['신호 세기', 'Link quality'], picture: 'signal', rank: 10 },
  rssi: { label: ['신호 세기', 'Signal'], picture: 'signal', rank: 10 },
  uptime: { label: ['켜진 시간', 'Uptime'], picture: 'gauge', rank: 8 },
  update_state: { label: ['업데이트', 'Update'], picture: 'text', rank: 6 },
  device_time: { label: ['기기 시각', 'Device time'], picture: 'text', rank: 5 },
  last_seen: { label: ['기기 시각', 'Device time'], picture: 'text', rank: 5 },
};

const synonyms: Record<string, string> = {
  motion: 'occupancy', leak: 'water_leak', co: 'carbon_monoxide', carbon_dioxide: 'co2', eco2: 'co2',
  'pm2_5': 'pm25', soil_moisture: 'moisture', illuminance_lux: 'illuminance', lux: 'illuminance',
  temp: 'temperature', hum: 'humidity', batt: 'battery', lqi: 'linkquality', bed: 'in_bed',
  opening: 'open', garage_door: 'door',
  bed_occupancy: 'in_bed', lock: 'locked', switch: 'on', watts: 'power', bpm: 'heart_rate',
  heartrate: 'heart_rate', available: 'online', availability: 'online', light: 'brightness',
};

const prefixes: Record<string, string> = {
  outdoor: '실외', indoor: '실내', soil: '토양', target: '설정', local: '현재', left: '왼쪽',
  right: '오른쪽', top: '위', bottom: '아래', middle: '가운데', water: '물', total: '누적',
  today: '오늘', daily: '하루', average: '평균', max: '최고', min: '최저',
};

// The whole name, else its last words: "bottom_temperature" is a temperature.
function find(name: string): { entry: Knowledge; rest: string } | undefined {
  const parts = name.toLowerCase().split('_');
  for (let start = 0; start < parts.length; start++) {
    const tail = parts.slice(start).join('_');
    const entry = known[synonyms[tail] ?? tail];
    if (entry) return { entry, rest: parts.slice(0, start).join('_') };
  }
  return undefined;
}

export function humanize(name: string): string {
  const text = name.replace(/[_\-]+/g, ' ').trim().replace(/\b(tv|pc|ac|led|usb|co2|voc)\b/gi, (word) => word.toUpperCase());
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function labelOf(name: string, lang: Lang): string {
  const found = find(name);
  if (!found) return humanize(name);
  const label = found.entry.label[lang === 'ko' ? 0 : 1];
  if (!found.rest) return label;
  if (lang === 'en') return `${humanize(found.rest)} ${label.toLowerCase()}`;
  return `${found.rest.split('_').map((part) => prefixes[part] ?? part).join(' ')} ${label}`;
}

// What it is called in the tables above.
export function nameOf(field: Pick<Field, 'name' | 'as'>): string {
  return field.as ?? field.name;
}

export function pictureOf(field: Field): Picture {
  return find(nameOf(field))?.entry.picture ?? (field.type === 'string' ? 'text' : 'gauge');
}

const diagnosticBelow = 20;
export function rankOf(field: Field): number {
  if (field.minor) return 4;
  const found = find(nameOf(field));
  if (found) return found.rest ? found.entry.rank - 1 : found.entry.rank;
  return { float: 40, integer: 39, boolean: 38, string: 30 }[field.type];
}
export function isDiagnostic(field: Field): boolean {
  return rankOf(field) < diagnosticBelow;
}

// Texts that are flags in disguise.
const texts: Record<string, readonly [string, string]> = {
  on: ['켜짐', 'On'], off: ['꺼짐', 'Off'], open: ['열림', 'Open'], closed: ['닫힘', 'Closed'],
  close: ['닫힘', 'Closed'], online: ['연결됨', 'Online'], offline: ['끊김', 'Offline'],
  locked: ['잠김', 'Locked'], unlocked: ['열림', 'Unlocked'], home: ['집에 있음', 'Home'],
  not_home: ['외출', 'Away'], unavailable: ['연결 안 됨', 'Unavailable'], unknown: ['알 수 없음', 'Unknown'],
  idle: ['대기', 'Idle'], heat: ['난방', 'Heating'], cool: ['냉방', 'Cooling'], auto: ['자동', 'Auto'],
  running: ['동작 중', 'Running'], stopped: ['멈춤', 'Stopped'], single: ['한 번', 'Single'],
  kimchi: ['김치', 'Kimchi'], storage: ['보관', 'Storage'], normal: ['보통', 'Normal'], high: ['높음', 'High'],
  low: ['낮음', 'Low'], sunny: ['맑음', 'Sunny'], rainy: ['비', 'Rainy'], snowy: ['눈', 'Snowy'], cloudy: ['흐림', 'Cloudy'],
  'clear-night': ['맑은 밤', 'Clear night'], partlycloudy: ['구름 조금', 'Partly cloudy'],
  double: ['두 번', 'Double'], hold: ['길게', 'Hold'], long: ['길게', 'Long'],
};

export function speakFlag(name: string, value: boolean, lang: Lang): string {
  const flag = find(name)?.entry.flag ?? yesNo;
  return (value ? flag.on : flag.off)[lang === 'ko' ? 0 : 1];
}

// Charts show what matters on top: a door's opening, where `contact` is false.
export function isFlipped(name: string): boolean {
  return find(name)?.entry.flag?.moodOn === false;
}

export function speakText(value: string, lang: Lang): string {
  return texts[value.toLowerCase()]?.[lang === 'ko' ? 0 : 1] ?? value;
}

export function moodOf(name: string, value: Value): Mood {
  const flag = find(name)?.entry.flag;
  if (typeof value === 'string') {
    const on = /^(on|open|unlocked|running)$/i.test(value);
    return on ? 'active' : 'calm';
  }
  if (typeof value !== 'boolean' || !flag?.mood) return 'calm';
  return value === (flag.moodOn ?? true) ? flag.mood : 'calm';
}
