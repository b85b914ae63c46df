// Requests to the gateway: 401 leads to the sign-in page, errors are its problem documents.

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: the gateway was not reached
    detail: string,
    readonly retryAfter?: number | undefined, // seconds
  ) {
    super(detail);
  }
}

// The gateway is older than this page, or the part is switched off.
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 405 || error.status === 501);
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function goToLogin(): void {
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

// Who signs out asks for nothing any more: what is under way ends, so that no answer says 401.
let leaving = new AbortController();

export async function lastRequest(method: string, path: string): Promise<Response> {
  leaving.abort();
  return request(method, path, undefined, undefined);
}
export function stay(): void {
  leaving = new AbortController();
}

function endsWith(signal: AbortSignal | undefined): AbortSignal {
  return signal && 'any' in AbortSignal ? AbortSignal.any([signal, leaving.signal]) : (signal ?? leaving.signal);
}

export interface More {
  headers?: Record<string, string>;
  alsoGood?: readonly number[]; // statuses that tell what came of it, and are no failure of the request
}

export function send(method: string, path: string, body?: unknown, signal?: AbortSignal, more: More = {}): Promise<Response> {
  return request(method, path, body, endsWith(signal), more);
}

async function request(method: string, path: string, body: unknown, signal: AbortSignal | undefined, more: More = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...more.headers },
      body: body === undefined ? null : JSON.stringify(body),
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
  if (!response.ok && !more.alsoGood?.includes(response.status)) throw await failure(response);
  return response;
}

const busyTries = 3;

// A gateway that is busy says when to come back (503 with Retry-After): asked again, a few times.
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  for (let left = busyTries; ; left--) {
    try {
      return (await (await send('GET', path, undefined, signal)).json()) as T;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.retryAfter || left === 0) throw error;
      await new Promise((done) => setTimeout(done, Math.min(error.retryAfter!, 3) * 1000));
      signal?.throwIfAborted();
    }
  }
}

// Changes answer with what came of them, or with nothing.
export async function change<T>(method: 'POST' | 'PATCH', path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const text = await (await send(method, path, body, signal)).text();
  return (text ? JSON.parse(text) : undefined) as T;
}
