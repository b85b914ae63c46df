// What a device says it has: how an entity is called, and what a hand can do with it.
import type { Entity, Value } from '../api/types';
import type { Named } from './fields';

// As labelOf and showText want it; `state` says what kind of value it is.
export function namedEntity(entity: Entity, state: Value): Named {
  return {
    name: entity.name ? 'value' : (entity.field ?? entity.id), // named by the device, else by its field
    unit: entity.unit,
    type: typeof state === 'boolean' ? 'boolean' : typeof state === 'number' ? 'float' : 'string',
    ...(entity.name ? { label: entity.name } : {}),
    // On or off is told in the class's sense, whatever the field's own is: a closed `contact` is an open door's off.
    ...(entity.field && !(typeof state === 'boolean' && entity.device_class) ? { as: entity.field } : {}),
    ...(entity.device_class ? { device_class: entity.device_class } : {}),
  };
}

export type Control =
  | { kind: 'switch' }
  | { kind: 'choice'; options: string[] } // some words
  | { kind: 'number'; min: number | undefined; max: number | undefined; step: number | undefined }
  | { kind: 'press' } // nothing to choose
  | { kind: 'text' };

const binary = new Set(['switch', 'light', 'fan', 'siren', 'humidifier', 'input_boolean']);
const words: Record<string, string[]> = { cover: ['OPEN', 'STOP', 'CLOSE'], valve: ['OPEN', 'STOP', 'CLOSE'], lock: ['LOCK', 'UNLOCK'] };

// The options that the device names come first: they are what it understands.
export function controlOf(entity: Entity, state: Value): Control | undefined {
  if (!entity.commandable) return undefined;
  const { component, options, min, max, step } = entity;
  if (component === 'button' || component === 'scene') return { kind: 'press' };
  if (options?.length) return { kind: 'choice', options };
  if (min !== undefined || max !== undefined || component === 'number') return { kind: 'number', min, max, step };
  if (binary.has(component) || typeof state === 'boolean') return { kind: 'switch' };
  const usual = Object.hasOwn(words, component) ? words[component] : undefined;
  if (usual) return { kind: 'choice', options: usual };
  return typeof state === 'number' ? { kind: 'number', min, max, step } : { kind: 'text' };
}

// What was typed, as the number it is; undefined: none, or not one that the device takes.
export function numberFor(text: string, control: Control): number | undefined {
  if (control.kind !== 'number' || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim())) return undefined;
  const value = Number(text);
  if (control.min !== undefined && value < control.min) return undefined;
  if (control.max !== undefined && value > control.max) return undefined;
  return value;
}
