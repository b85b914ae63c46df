// The rooms of a home that somebody sees, and those that they do not. Pure functions.
import type { Device } from '../api/types';
import type { Lang } from '../words/i18n';
import { roomsOf } from './list';
import { deviceLabel, placeOf } from './names';

export interface RoomSeen {
  label: string;
  devices: Device[]; // by name
}

export function roomsSeen(seen: readonly Device[], all: Iterable<Device>, lang: Lang): { rooms: RoomSeen[]; hidden: string[] } {
  const names = new Intl.Collator(lang, { numeric: true });
  const byRoom = new Map<string, Device[]>();
  for (const device of seen) {
    const { room } = placeOf(device);
    byRoom.set(room, [...(byRoom.get(room) ?? []), device]);
  }
  const rooms = roomsOf(seen, lang).map(({ key, label }) => ({
    label,
    devices: byRoom.get(key)!.sort((a, b) => names.compare(deviceLabel(a, lang), deviceLabel(b, lang))),
  }));
  const hidden = roomsOf(all, lang).filter(({ key }) => !byRoom.has(key));
  return { rooms, hidden: hidden.map(({ label }) => label) };
}
