// Devices that came from Home Assistant's statestream: one per entity, its state in `value`,
// `value_bool` or `state`, everything else an attribute that describes it.
import type { Device, Field } from '../api/types';

const states = new Set(['value', 'value_bool', 'state']);
// Attributes that are values people look for, by domain's habit.
const telling = new Set([
  'temperature', 'current_temperature', 'humidity', 'current_humidity', 'brightness', 'battery_level',
  'current_position', 'pressure', 'wind_speed', 'volume_level', 'percentage',
]);
// device_class of a binary sensor whose `on` means what one of our flags means.
const flags: Record<string, string> = {
  motion: 'occupancy', occupancy: 'occupancy', presence: 'presence', door: 'door', opening: 'open',
  window: 'window', garage_door: 'door', moisture: 'water_leak', smoke: 'smoke', gas: 'gas',
  carbon_monoxide: 'carbon_monoxide', vibration: 'vibration', tamper: 'tamper', battery: 'battery_low',
  connectivity: 'online', running: 'running',
};

// A device that is only described has said nothing yet: no time, no measurement.
export function adopt(told: Device): Device {
  const device = told.last_seen && told.measurement ? told : { ...told, last_seen: told.last_seen ?? '', measurement: told.measurement ?? '' };
  if (device.measurement !== 'ha') return device;
  const text = (name: string) => {
    const value = device.fields.find((field) => field.name === name)?.value;
    return typeof value === 'string' && value ? value : undefined;
  };
  const kind = text('device_class');
  const unit = text('unit_of_measurement');
  const fields = device.fields.map((field): Field => {
    if (!states.has(field.name)) return telling.has(field.name) ? field : { ...field, minor: true };
    const as = field.name === 'value' ? kind : field.name === 'value_bool' ? flags[kind ?? ''] : undefined;
    return { ...field, unit: field.unit ?? (field.name === 'value' ? (unit ?? null) : null), ...(as ? { as } : {}) };
  });
  const title = text('friendly_name');
  return { ...device, fields, ...(title ? { title } : {}) };
}
