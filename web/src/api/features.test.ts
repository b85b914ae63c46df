import { expect, test } from 'vitest';
import document from '../../../docs/openapi.json';
import { featuresOf, type Document } from './features';

test('an old gateway can little', () =>
  expect(Object.values(featuresOf({ paths: { '/api/v1/readings': { get: { parameters: [{ name: 'fn' }] } } } })).some(Boolean)).toBe(false));

test('nothing that is no document', () => expect(featuresOf({}).explain).toBe(false));

test('each by its route', () => {
  const found = featuresOf({
    paths: {
      '/api/v1/devices/{id}': { get: {}, patch: {} }, '/api/v1/devices/{id}/merge': { post: {} }, '/api/v1/devices/{id}/split': { post: {} },
      '/api/v1/devices/{id}/messages': { get: {} }, '/api/v1/ingest/explain': { post: {} }, '/api/v1/dead-letters': { get: {} }, '/api/v1/catalogue': { get: {} },
      '/api/v1/devices/{id}/commands': { post: {} },
      '/api/v1/readings': { get: { parameters: [{ name: 'width' }] } },
    },
  });
  expect(Object.values(found).every(Boolean)).toBe(true);
});

test('the document that the gateway gives can be read', () => expect(featuresOf(document as Document)).toBeDefined());
