// The API's shapes as the console uses them; the truth is /openapi.json. What a field lacks (`?`) an
// older gateway does not say.

export type Value = number | boolean | string | null;
export type FieldKind = 'float' | 'integer' | 'boolean' | 'string';

export interface Field {
  name: string;
  value: Value;
  type: FieldKind;
  unit: string | null;
  time: string;
  initial?: boolean;
  // What the device says of it.
  label?: string;
  device_class?: string;
  category?: string; // "config", "diagnostic"
  // Only where the field comes from another series than the device's first.
  measurement?: string;
  device?: string; // the tag
  tags?: Record<string, string>;
  // The console's own (home-assistant.ts): what a field called "value" really is, and fields that
  // only describe.
  as?: string;
  minor?: boolean;
}

export interface Source {
  measurement: string;
  device: string;
  path?: string;
}

export interface Device {
  id: string;
  name: string;
  measurement: string;
  tags: Record<string, string>;
  area: string | null;
  area_guessed?: boolean;
  area_chosen?: boolean; // a person said it, also when it is null
  last_seen: string;
  fields: Field[];
  manufacturer?: string | null;
  model?: string | null;
  origin?: string | null;
  online?: boolean | null;
  stale?: boolean;
  expected_interval_s?: number | null;
  battery?: number | null; // percent
  signal?: { name: string; value: number; unit: string | null } | null;
  sources?: Source[];
  title?: string; // the console's own: a name for people that the device gave itself
}

export interface Entity {
  id: string;
  name: string | null;
  component: string;
  unit: string | null;
  device_class: string | null;
  state_class: string | null;
  category: string | null;
  state_topic: string | null;
  field: string | null;
  command_topic: string | null;
  state: Value;
  // How it is told, where it can be told anything.
  commandable?: boolean;
  options?: string[];
  min?: number;
  max?: number;
  step?: number;
}

export interface Command {
  id: string;
  device: string;
  entity: string | null; // null: several values at once
  request: { value?: Value; values?: Record<string, Value> };
  state: 'pending' | 'done' | 'no_answer' | 'late' | 'failed';
  by: string;
  sent: string;
  answered: string | null;
  attempts: number;
  error?: string | null;
}

export interface DeviceDetail extends Device {
  entities?: Entity[];
  identifiers?: string[];
  via?: string | null;
  sw_version?: string | null;
  first_seen?: string | null;
}

export interface DeviceChange {
  name?: string | null; // null: back to what the device says
  area?: string | null; // empty: in no room
}

export interface Message {
  topic: string;
  payload: string;
  bytes: number;
  time: string;
  retained: boolean;
  outcome: string;
}

export interface CatalogueRow {
  measurement: string;
  tags: string[]; // their names
  field: string;
  type: string;
  unit: string | null;
  device_class: string | null;
  devices: number;
  last_seen: string;
}

export interface Catalogue {
  made: string;
  devices: number;
  truncated: boolean;
  fields: CatalogueRow[];
}

export interface DeadLetter {
  time: string;
  topic: string;
  payload: string;
  bytes: number;
  reason: string;
}

export interface ExplainedReading {
  measurement: string;
  tags: Record<string, string>;
  fields: { name: string; type: FieldKind; value: Value }[];
}

export interface Explanation {
  decoder: string | null;
  rule: string | null;
  outcome: string; // decoded, described, ignored, broken
  reason: string | null;
  readings: ExplainedReading[];
  left_out?: string[]; // values that the rule could not cast
  descriptions: number;
  suggestion: { yaml: string } | null;
}

export interface StreamReading {
  time: string;
  measurement: string;
  device: string;
  tags: Record<string, string>;
  fields: Record<string, Value>;
  initial: boolean;
  received?: string; // where `time` is what a mapping rule read in the message
}

export interface Reading {
  time: string;
  time_ns: number;
  measurement: string;
  device: string;
  field: string;
  value: Value;
  min?: number; // of the window that the value is the mean of
  max?: number;
  tags: Record<string, string>;
}

export interface Readings {
  readings: Reading[];
  every_s?: number; // the window that was chosen; 0: the points as they are kept
}

export interface Me {
  username: string;
  role: 'admin' | 'member';
  language: 'ko' | 'en';
}

export interface Key {
  id: string;
  user: string;
  name: string;
  role: 'admin' | 'member';
  scopes: string[];
  addresses: string[];
  created: string;
  expires: string;
  last_used: string | null;
}

export interface NewKey {
  name: string;
  role: 'admin' | 'member';
  scopes: string[];
  addresses: string[];
  days: number;
}

export interface MadeKey extends Key {
  key: string; // shown this once
}

export interface Dependency {
  name: string;
  state: 'starting' | 'up' | 'degraded' | 'down';
  since: string;
  reason: string;
  feature: string;
}

export interface System {
  version: string;
  started: string;
  uptime_s: number;
  received: number;
  acknowledged: number;
  journaled: number;
  decoded: number;
  described?: number;
  dead: number;
  redelivered?: number;
  dropped_rows?: number;
  broker_dropped?: number;
  ignored: Record<string, number>;
  sinks: { name: string; written: number; cursor: number }[];
  journal: { rows: number; bytes: number; max_bytes: number; oldest: string | null; state: string };
  history: {
    series: number;
    blocks: number;
    points: number;
    bytes: number;
    values?: number;
    first?: string | null;
    size_bytes?: number;
    bytes_per_value?: number | null;
    rollup_bytes?: number;
  };
  devices?: { known?: number; count?: number; stale?: number; flood?: boolean | number };
  stream?: { subscribers: number };
  rates: { messages_per_s: number };
  dependencies: Dependency[];
  process: { rss_bytes: number; cpu_s: number };
}
