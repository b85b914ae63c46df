import { describe, expect, it } from 'vitest';
import type { Entity } from '../api/types';
import { controlOf, namedEntity, numberFor } from './entity';

const entity = (more: Partial<Entity>): Entity => ({
  id: 'e', name: null, component: 'sensor', unit: null, device_class: null, state_class: null, category: null, state_topic: null,
  field: null, command_topic: null, state: null, commandable: true, ...more,
});

describe('what a hand can do with an entity', () => {
  it.each([
    [{ component: 'switch' }, null, { kind: 'switch' }],
    [{ component: 'light' }, true, { kind: 'switch' }],
    [{ component: 'sensor' }, false, { kind: 'switch' }],
    [{ component: 'select', options: ['eco', 'boost'] }, 'eco', { kind: 'choice', options: ['eco', 'boost'] }],
    [{ component: 'fan', options: ['low', 'high'] }, 'low', { kind: 'choice', options: ['low', 'high'] }],
    [{ component: 'number', min: 0, max: 100, step: 5 }, 20, { kind: 'number', min: 0, max: 100, step: 5 }],
    [{ component: 'number' }, null, { kind: 'number', min: undefined, max: undefined, step: undefined }],
    [{ component: 'climate', min: 5 }, null, { kind: 'number', min: 5, max: undefined, step: undefined }],
    [{ component: 'button' }, null, { kind: 'press' }],
    [{ component: 'cover' }, 'open', { kind: 'choice', options: ['OPEN', 'STOP', 'CLOSE'] }],
    [{ component: 'lock' }, null, { kind: 'choice', options: ['LOCK', 'UNLOCK'] }],
    [{ component: 'constructor' }, null, { kind: 'text' }],
    [{ component: 'text' }, 'hello', { kind: 'text' }],
  ] as const)('%o, now %o', (said, state, wanted) => {
    expect(controlOf(entity(said as Partial<Entity>), state)).toEqual(wanted);
  });

  it('is nothing where the device takes nothing', () => {
    expect(controlOf(entity({ commandable: false, component: 'switch' }), true)).toBeUndefined();
    expect(controlOf({ ...entity({}), commandable: undefined as unknown as boolean }, true)).toBeUndefined();
  });
});

describe('a number that is typed', () => {
  const control = { kind: 'number', min: 5, max: 30, step: 0.5 } as const;
  it.each([['21.5', 21.5], [' 5 ', 5], ['30', 30], ['+7', 7], ['4.9', undefined], ['31', undefined], ['', undefined], ['1e1', undefined], ['0x10', undefined], ['NaN', undefined], ['2,5', undefined]])(
    '%s',
    (text, wanted) => expect(numberFor(text as string, control)).toBe(wanted),
  );
  it('has no bounds where the device names none', () => {
    expect(numberFor('-1000', { kind: 'number', min: undefined, max: undefined, step: undefined })).toBe(-1000);
    expect(numberFor('1', { kind: 'text' })).toBeUndefined();
  });
});

describe('its name', () => {
  it('is its own, else its field, else its id', () => {
    expect(namedEntity(entity({ name: 'Lamp', field: 'state' }), true)).toMatchObject({ name: 'value', label: 'Lamp', as: 'state', type: 'boolean' });
    expect(namedEntity(entity({ field: 'state', device_class: 'door' }), true)).toEqual({ name: 'state', unit: null, type: 'boolean', device_class: 'door' });
    expect(namedEntity(entity({}), 3)).toEqual({ name: 'e', unit: null, type: 'float' });
  });
});
