// Rooms and devices by the words of their ids: "living_room/climate" is 거실, 온습도.
import type { Device } from './api';
import { humanize } from './fields';
import { translate, type Lang } from './i18n';

const rooms: Record<string, string> = {
  living_room: '거실', livingroom: '거실', living: '거실', kitchen: '주방', bedroom: '침실',
  bath: '욕실', bathroom: '욕실', washroom: '화장실', toilet: '화장실', hall: '복도',
  hallway: '복도', corridor: '복도', entrance: '현관', entry: '현관', front: '현관', study: '서재',
  office: '서재', balcony: '발코니', veranda: '베란다', utility: '다용도실', laundry: '세탁실',
  kids: '아이방', kids_room: '아이방', nursery: '아기방', dining: '식당', dining_room: '식당',
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
  fridge_plug: '냉장고 콘센트', tv_plug: 'TV 콘센트', desk_plug: '책상 콘센트', wall: '벽', ...rooms,
};

export const otherRoom = '\uffff';
export const haRoom = '\ufffe';

// The room's key, and what is left of the name for the device itself.
export function placeOf(device: Device): { room: string; rest: string } {
  const name = device.name || device.id;
  const slash = name.indexOf('/');
  const named = device.area ?? device.tags['area'] ?? device.tags['room'];
  if (slash > 0) {
    const first = name.slice(0, slash);
    const rest = name.slice(slash + 1) || name;
    return { room: (named ?? first).toLowerCase(), rest: !named || named === first ? rest : name };
  }
  if (named) return { room: named.toLowerCase(), rest: name };
  // Plain JSON: the levels of the topic between its first and its last.
  const path = device.tags['path']?.split('/')[0];
  if (path) return { room: path.toLowerCase(), rest: name };
  const parts = name.toLowerCase().split(/[_\- ]/);
  for (let n = Math.min(2, parts.length - 1); n > 0; n--) {
    const head = parts.slice(0, n).join('_');
    if (Object.hasOwn(rooms, head)) return { room: head, rest: name.slice(head.length + 1) };
  }
  if (/^[a-z_]+\.[a-z0-9_]+$/.test(name)) return { room: haRoom, rest: name.slice(name.indexOf('.') + 1) };
  return { room: otherRoom, rest: name };
}

export function roomLabel(room: string, lang: Lang): string {
  if (room === otherRoom) return translate(lang, 'room.other');
  if (room === haRoom) return translate(lang, 'room.ha');
  return (lang === 'ko' && rooms[room.replace(/[ \-]/g, '_')]) || humanize(room);
}

// Known words become Korean, the others stay: "climate_2" is 온습도 2.
export function thingLabel(rest: string, lang: Lang): string {
  const words = rest.split(/[\/ ]+/).filter(Boolean);
  if (lang === 'en') return humanize(words.join(' ').replace(/\./g, ' '));
  const whole = words.map((word) => {
    const lower = word.toLowerCase().replace(/-/g, '_');
    const direct = things[lower];
    if (direct) return direct;
    const parts = lower.split('_');
    if (parts.some((part) => Object.hasOwn(things, part)))
      return parts.map((part) => things[part] ?? part).join(' ');
    return humanize(word);
  });
  return whole.join(' ');
}

export function deviceLabel(device: Device, lang: Lang): string {
  return device.title ?? thingLabel(placeOf(device).rest, lang);
}
