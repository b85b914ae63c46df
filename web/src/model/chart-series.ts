// From a device's field to what is asked of the history and drawn. Pure functions.
import type { Wanted } from '../api/history';
import type { Device, Field } from '../api/types';
import { isFlipped, nameOf } from './fields';
import { mainDeviceTag } from './home';

export interface SeriesKey {
  device: string;
  measurement: string;
  field: string;
  tags?: Record<string, string>; // all but `device`; absent: none
}

export function keyOfField(device: Device, field: Field): SeriesKey {
  const tags = field.tags ?? device.tags;
  return {
    device: deviceTag(device, field),
    measurement: field.measurement ?? device.measurement,
    field: field.name,
    ...(Object.keys(tags).length ? { tags } : {}),
  };
}

// What the history is asked by; tags are not asked for, they are chosen from the answer.
export function queryOf({ device, measurement, field }: SeriesKey) {
  return { device, measurement, field };
}

// A device keeps the history of each of its sources under the source's own name.
function deviceTag(device: Device, field: Field): string {
  return field.device ?? mainDeviceTag(device);
}

export function wantedOf(key: SeriesKey, field: Field | undefined): Wanted {
  const kind = field?.type ?? 'float';
  return { ...key, kind, flipped: kind === 'boolean' && isFlipped(nameOf(field!)) };
}

export function isDrawable(field: Field): boolean {
  return field.type !== 'string';
}
