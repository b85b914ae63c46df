// Rooms and devices by the words of their ids: "living_room/climate" is 거실, 온습도.
import type { Device, Field } from '../api/types';
import { humanize, labelOf } from './fields';
import { translate, type Lang } from '../words/i18n';
import { plain } from './plain';

const rooms: Record<string, string> = {
  living_room: '거실', livingroom: '거실', living: '거실', kitchen: '주방', bedroom: '침실',
  bath: '욕실', bathroom: '욕실', washroom: '화장실', toilet: '화장실', hall: '복도',
  hallway: '복도', corridor: '복도', entrance: '현관', entry: '현관', front: '현관', study: '서재',
  office: '서재', balcony: '발코니', veranda: '베란다', utility: '다용도실', laundry: '세탁실',
  kids: '아이방', childs_room: '아이방', child_room: '아이방', childrens_room: '아이방', kids_room: '아이방', nursery: '아기방', dining: '식당', dining_room: '식당',
  garage: '차고', garden: '정원', outdoor: '실외', outside: '실외', attic: '다락', basement: '지하실',
  guest: '손님방', guest_room: '손님방', master_bedroom: '안방', dressing_room: '드레스룸',
  storage: '창고', home: '집', house: '집',
};

const things: Record<string, string> = {
  climate: '온습도', thermometer: '온도계', temperature: '온도', humidity: '습도', motion: '움직임',
  presence: '재실', occupancy: '움직임', door: '문', front_door: '현관문', window: '창문',
  contact: '문 열림', plug: '콘센트', socket: '콘센트', switch: '스위치', light: '조명',
  lamp: '램프', bulb: '전구', ceiling: '천장등', leak: '누수', water: '물', smoke: '연기', gas: '가스',
  air: '공기', co2: '이산화탄소', button: '버튼', bed: '침대', fridge: '냉장고', tv: 'TV',
  washer: '세탁기', dryer: '건조기', dishwasher: '식기세척기', meter: '계량기', power: '전력',
  energy: '전력량', heater: '히터', boiler: '보일러', valve: '밸브', lock: '도어록', sensor: '센서',
  plant: '화분', soil: '토양', weather: '날씨', illuminance: '조도', siren: '사이렌', fan: '환풍기',
  curtain: '커튼', blind: '블라인드', watch: '손목시계', band: '밴드', scale: '체중계', router: '공유기',
  kettle: '주전자', stove: '가스레인지', oven: '오븐', desk: '책상', outlet: '콘센트', vibration: '진동',
  aircon: '에어컨', purifier: '공기청정기', mailbox: '우편함', medicine: '약', cabinet: '수납장',
  box: '상자', dimmer: '조광기', kimchi_fridge: '김치냉장고', wearable: '손목밴드', toothbrush: '칫솔',
  phone: '휴대전화', vacuum: '로봇청소기', electricity: '전기', plants: '화분', co_alarm: '일산화탄소 경보기', call_button: '호출 버튼', call: '호출',
  air_purifier: '공기청정기', water_and_gas: '수도·가스 계량기', electricity_meter: '전기 계량기', gas_valve: '가스 밸브', fridge_door: '냉장고 문',
  computer: '컴퓨터', freezer: '냉동고', probe: '측정기', radar: '재실 감지기', bridge: '브리지', washing_machine: '세탁기', thermostat: '온도조절기',
  doorbell: '초인종', camera: '카메라', speaker: '스피커', printer: '프린터', alarm: '경보기', remote: '리모컨', garage_door: '차고 문',
  fridge_plug: '냉장고 콘센트', tv_plug: 'TV 콘센트', desk_plug: '책상 콘센트', wall: '벽', ...rooms,
};

export const otherRoom = '\uffff';
export const haRoom = '\ufffe';

export interface Place {
  room: string; // the room's key: the same for "Kitchen" and "kitchen"
  named: string; // as it was written
  rest: string; // what is left of the name for the device itself
}

const keyOf = (name: string) => name.slice(0, 200).toLowerCase();
const wordKey = (name: string) => name.toLowerCase().replace(/[ \-]/g, '_');
const lookUp = (table: Record<string, string>, key: string) => (Object.hasOwn(table, key) ? table[key] : undefined);

export function placeOf(device: Device): Place {
  const name = device.name || device.id;
  const slash = name.indexOf('/');
  if (device.area_chosen && !device.area) return { room: otherRoom, named: otherRoom, rest: name };
  const area = device.area ?? device.tags['area'] ?? device.tags['room'];
  const first = slash > 0 ? name.slice(0, slash) : '';
  const rest = (slash > 0 && name.slice(slash + 1)) || name;
  if (area) {
    const repeated = first && wordKey(first) === wordKey(area);
    return { room: keyOf(area), named: area, rest: repeated ? rest : withoutRoom(name, area) };
  }
  if (first) return { room: keyOf(first), named: first, rest };
  // Plain JSON: the levels of the topic between its first and its last.
  const path = device.tags['path']?.split('/')[0];
  if (path) return { room: keyOf(path), named: path, rest: name };
  const parts = name.slice(0, 200).split(/[_\- ]/);
  for (let n = Math.min(2, parts.length - 1); n > 0; n--) {
    const head = parts.slice(0, n).join('_');
    if (lookUp(rooms, head.toLowerCase())) return { room: head.toLowerCase(), named: head, rest: name.slice(head.length + 1) };
  }
  if (/^[a-z_]+\.[a-z0-9_]+$/.test(name.slice(0, 200))) return { room: haRoom, named: haRoom, rest: name.slice(name.indexOf('.') + 1) };
  return { room: otherRoom, named: otherRoom, rest: name };
}

// "Kitchen thermometer" in the kitchen is the thermometer.
function withoutRoom(name: string, area: string): string {
  const head = name.slice(0, area.length);
  const rest = name.slice(area.length + 1);
  return wordKey(head) === wordKey(area) && /^[ _\-]\S/.test(name.slice(area.length)) ? rest : name;
}

export function roomLabel(named: string, lang: Lang): string {
  if (named === otherRoom) return translate(lang, 'room.other');
  if (named === haRoom) return translate(lang, 'room.ha');
  const word = lang === 'ko' ? lookUp(rooms, wordKey(named.slice(0, 80))) : undefined;
  if (word) return word;
  return isIdentifier(named) ? humanize(named) : plain(named);
}

export function roomOf(device: Device, lang: Lang): string {
  return roomLabel(placeOf(device).named, lang);
}

// Names that programs gave: one word of plain letters, such as "fridge_plug". All others were
// written by people and stay as they are.
function isIdentifier(name: string): boolean {
  return /^[\w\-./]+$/.test(name);
}

// Known words become Korean, the others stay: "climate_2" is 온습도 2. Small letters with blanks are
// an identifier too, made readable: "tv plug".
export function thingLabel(rest: string, lang: Lang): string {
  const made = /^[a-z0-9][a-z0-9 ]*$/.test(rest);
  if (!made && !isIdentifier(rest)) return plain(rest.replaceAll('/', ' '));
  const words = (made ? rest.replaceAll(' ', '_') : rest).slice(0, 300).split('/').filter(Boolean);
  if (lang === 'en') return humanize(words.join(' ').replace(/\./g, ' '));
  const whole = words.map((word) => {
    const lower = word.toLowerCase().replace(/-/g, '_');
    const direct = lookUp(things, lower);
    if (direct) return direct;
    const parts = lower.split('_');
    if (parts.some((part) => lookUp(things, part))) return parts.map((part) => lookUp(things, part) ?? part).join(' ');
    return humanize(word);
  });
  return plain(whole.join(' '));
}

export function deviceLabel(device: Device, lang: Lang): string {
  return device.title ? plain(device.title) : thingLabel(placeOf(device).rest, lang);
}

// "거실 온습도": where the room is not said otherwise.
export function fullLabel(device: Device, lang: Lang): string {
  const place = placeOf(device);
  const label = deviceLabel(device, lang);
  if (place.room === otherRoom || place.room === haRoom) return label;
  return `${roomLabel(place.named, lang)} ${label}`;
}

// Labels of a device's fields that tell them apart: equal ones get what differs in their tags.
export function fieldLabels(device: Device, lang: Lang): Map<Field, string> {
  const labels = new Map(device.fields.map((field) => [field, labelOf(field, lang)]));
  const count = new Map<string, number>();
  for (const label of labels.values()) count.set(label, (count.get(label) ?? 0) + 1);
  for (const [field, label] of labels) {
    if (count.get(label) === 1) continue;
    const tags = Object.entries(field.tags ?? {}).filter(([name, value]) => device.tags[name] !== value);
    const more = tags.map(([, value]) => value).join(' ') || (field.tags || field.measurement ? (field.measurement ?? '') : '');
    if (more) labels.set(field, `${label} (${plain(humanize(more), 32)})`);
  }
  return labels;
}
