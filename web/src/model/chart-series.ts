// From a device's field to what is asked of the history and drawn. Pure functions.
import type { Wanted } from '../api/history';
import type { Device, Field } from '../api/types';
import { isFlipped, nameOf } from './fields';

export interface SeriesKey {
  device: string;
  measurement: string;
  field: string;
}

export function keyOfField(device: Device, field: Field): SeriesKey {
  return { device: deviceTag(device, field), measurement: field.measurement ?? device.measurement, field: field.name };
}

// A merged device keeps the history of each of its sources under the source's own name.
function deviceTag(device: Device, field: Field): string {
  if (field.tags?.['device']) return field.tags['device'];
  const measurement = field.measurement ?? device.measurement;
  const sources = device.sources ?? [];
  return (sources.find((source) => source.measurement === measurement) ?? sources[0])?.device ?? device.id;
}

export function wantedOf(key: SeriesKey, field: Field | undefined): Wanted {
  const kind = field?.type ?? 'float';
  return { ...key, kind, flipped: kind === 'boolean' && isFlipped(nameOf(field!)) };
}

export function isDrawable(field: Field): boolean {
  return field.type !== 'string';
}
