// Every model of zigbee-herdsman-converters as Zigbee2MQTT shows it, one JSON object a line:
//   {"entry": a device of bridge/devices, "state": what it publishes,
//    "units": {property as flattened: unit}}
// node models.js [STRIDE]: each STRIDE-th model. Values are made up from the exposes, the same in
// every run.
'use strict';
const fs = require('fs');
const path = require('path');
const converters = require('zigbee-herdsman-converters');

const PUBLISHED = 1; // bit of `access`

function definitions() {
  const folder = path.join(
    path.dirname(require.resolve('zigbee-herdsman-converters/package.json')), 'dist', 'devices');
  const files = fs.readdirSync(folder).filter((f) => f.endsWith('.js') && f !== 'index.js').sort();
  return files.flatMap((file) => require(path.join(folder, file)).definitions || []);
}

function number(expose, n) {
  const low = expose.value_min ?? 0;
  const high = expose.value_max ?? low + 100;
  const value = low + ((high - low) * (1 + (n % 7))) / 9;
  return n % 2 ? Math.round(value) : Math.round(value * 100) / 100;
}

// A value of the expose, or undefined when it publishes none.
function value(expose, n) {
  switch (expose.type) {
    case 'numeric':
      return number(expose, n);
    case 'binary':
      return n % 2 ? expose.value_on : expose.value_off;
    case 'enum':
      return expose.values[n % expose.values.length];
    case 'text':
      return `text ${n} "${expose.name}"`;
    case 'list':
      return [value(expose.item_type, n), value(expose.item_type, n + 1)];
    case 'composite':
      return members(expose.features, n, {}, true);
    default:
      return undefined;
  }
}

function members(exposes, n, state, inside) {
  for (const expose of exposes) {
    n += 1;
    const group = ['light', 'switch', 'cover', 'lock', 'fan', 'climate'].includes(expose.type);
    if (group || (expose.type === 'composite' && !expose.property)) {
      members(expose.features, n, state, inside);
      continue;
    }
    const key = expose.property || expose.name;
    // `access` of what is inside a composite is the composite's business.
    if (!key || !(inside || (expose.access ?? PUBLISHED) & PUBLISHED)) continue;
    const made = value(expose, n);
    if (made !== undefined) state[key] = made;
  }
  return state;
}

// What each property is measured in, by its flattened name; false: said in two ways.
function units(exposes, prefix, out) {
  for (const expose of exposes) {
    const key = expose.property || '';
    if (expose.features) {
      const composite = expose.type === 'composite' && key;
      units(expose.features, composite ? `${prefix}${key}_` : prefix, out);
    } else if (expose.type === 'numeric') {
      const name = prefix + key;
      const unit = (expose.unit || '').trim() || null;
      out[name] = name in out && out[name] !== unit ? false : unit;
    }
  }
  return out;
}

const stride = Number(process.argv[2] || 1);
const linkquality = { type: 'numeric', name: 'linkquality', label: 'Linkquality', access: 1,
  property: 'linkquality', unit: 'lqi', value_min: 0, value_max: 255, category: 'diagnostic' };
converters.setLogger({ debug() {}, info() {}, warning() {}, error() {} });
definitions().forEach((raw, number) => {
  if (number % stride) return;
  const definition = converters.prepareDefinition(raw);
  let { exposes } = definition;
  if (typeof exposes === 'function') exposes = exposes({ isDummyDevice: true }, {});
  exposes = JSON.parse(JSON.stringify([...exposes, linkquality]));
  const entry = {
    ieee_address: `0x${number.toString(16).padStart(16, '0')}`, type: 'EndDevice',
    network_address: number, supported: true, disabled: false,
    friendly_name: `m${String(number).padStart(5, '0')}`, interviewing: false,
    interview_completed: true, manufacturer: definition.vendor,
    model_id: (definition.zigbeeModel || [definition.model])[0], power_source: 'Battery',
    definition: { model: definition.model, vendor: definition.vendor,
      description: definition.description, source: 'native', supports_ota: Boolean(definition.ota),
      exposes, options: [] },
    endpoints: {},
  };
  const line = { entry, state: members(exposes, number, {}, false), units: units(exposes, '', {}) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});
