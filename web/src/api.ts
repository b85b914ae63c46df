// The gateway's API as the console uses it. Shapes: /openapi.json.

export type Value = number | boolean | string | null;
export type FieldKind = 'float' | 'integer' | 'boolean' | 'string';

export interface Field {
  name: string;
  value: Value;
  type: FieldKind;
  unit: string | null;
  time: string;
  initial?: boolean;
  // Only where the field comes from another series than the device's first.
  measurement?: string;
  tags?: Record<string, string>;
  // The console's own (home-assistant.ts): what a field called "value" really is, and fields that
  // only describe.
  as?: string;
  minor?: boolean;
}

export interface Device {
  id: string;
  name: string;
  measurement: string;
  tags: Record<string, string>;
  area: string | null;
  last_seen: string;
  fields: Field[];
  title?: string; // the console's own: a name for people that the device gave itself
}

export interface StreamReading {
  time: string;
  measurement: string;
  device: string;
  tags: Record<string, string>;
  fields: Record<string, Value>;
  initial: boolean;
}

export interface Reading {
  time: string;
  time_ns: number;
  measurement: string;
  device: string;
  field: string;
  value: Value;
  tags: Record<string, string>;
}

export interface Me {
  username: string;
  role: 'admin' | 'member';
  language: 'ko' | 'en';
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
  described: number;
  dead: number;
  ignored: Record<string, number>;
  sinks: { name: string; written: number; cursor: number }[];
  journal: { rows: number; bytes: number; max_bytes: number; oldest: string | null; state: string };
  history: { series: number; blocks: number; points: number; bytes: number };
  rates: { messages_per_s: number };
  dependencies: Dependency[];
  process: { rss_bytes: number; cpu_s: number };
}

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: the gateway was not reached
    detail: string,
    readonly retryAfter?: number | undefined, // seconds
  ) {
    super(detail);
  }
}

export function goToLogin(): void {
  const here = location.pathname + location.search;
  const to = here === '/' ? '' : `?return_to=${encodeURIComponent(here)}`;
  location.assign(`/auth/login${to}`);
}

// A problem document's sentence, or the status where the answer is none (a proxy's page).
async function failure(response: Response): Promise<ApiError> {
  let detail = `${response.status} ${response.statusText}`.trim();
  try {
    const problem = (await response.json()) as { detail?: unknown };
    if (typeof problem.detail === 'string' && problem.detail) detail = problem.detail;
  } catch {
    // Not JSON: the status says enough.
  }
  const wait = Number(response.headers.get('Retry-After') ?? NaN);
  return new ApiError(response.status, detail, response.status === 503 && wait > 0 ? wait : undefined);
}

async function send(method: string, path: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { Accept: 'application/json' },
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, String(error));
  }
  if (response.status === 401) {
    goToLogin();
    throw await failure(response);
  }
  if (!response.ok) throw await failure(response);
  return response;
}

const busyTries = 3;

// A gateway that is busy says when to come back (503 with Retry-After): asked again, a few times.
async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  for (let left = busyTries; ; left--) {
    try {
      return (await (await send('GET', path, signal)).json()) as T;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.retryAfter || left === 0) throw error;
      await new Promise((done) => setTimeout(done, Math.min(error.retryAfter!, 3) * 1000));
      signal?.throwIfAborted();
    }
  }
}

export interface ReadingsQuery {
  device: string;
  field?: string;
  measurement?: string;
  from: string;
  to?: string;
  every?: string;
  fn?: string;
  format?: 'csv';
}

export function readingsPath(query: ReadingsQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, value as string);
  return `/api/v1/readings?${parameters}`;
}

export const api = {
  me: () => get<Me>('/auth/me'),
  devices: async () => (await get<{ devices: Device[] }>('/api/v1/devices')).devices,
  system: () => get<System>('/api/v1/system'),
  readings: async (query: ReadingsQuery, signal?: AbortSignal) =>
    (await get<{ readings: Reading[] }>(readingsPath(query), signal)).readings,
  signOut: async () => {
    await send('POST', '/auth/logout');
    location.assign('/auth/login');
  },
};
