// Readings as they come: an EventSource that never gives up.
//
// The browser reconnects by itself, with Last-Event-ID, while the server is merely away. It does not
// after an answer that is no stream (a proxy's 502, 401): then a new one is opened here, later each
// time. What a new one missed is not known, so `onGap` asks for the devices again.
import type { StreamReading } from './types';

export type LiveState = 'connecting' | 'live' | 'waiting';

export interface LiveHandlers {
  onReading(reading: StreamReading): void;
  onGap(): void; // something may have been missed
  onState(state: LiveState): void;
  // Before a new stream after a refusal: is the session still good? Its failure is no matter.
  beforeReopen(): Promise<unknown>;
}

const firstWait = 1_000;
const longestWait = 15_000;

export function waitAfter(failures: number, random: number): number {
  const wait = Math.min(longestWait, firstWait * 2 ** Math.max(0, failures - 1));
  return wait * (0.75 + 0.5 * random);
}

export class Live {
  #source: EventSource | undefined;
  #failures = 0;
  #opened = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly handlers: LiveHandlers,
  ) {}

  start(): void {
    this.handlers.onState('connecting');
    this.#open();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }

  #open(): void {
    const source = new EventSource(this.url);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#failures = 0;
      this.handlers.onState('live');
      // The first one too may have come long after the devices were read.
      if (this.#opened) this.handlers.onGap();
      this.#opened = true;
    });
    source.addEventListener('reset', () => this.handlers.onGap());
    source.addEventListener('reading', (event) => {
      const reading = parse(event.data);
      if (reading) this.handlers.onReading(reading);
    });
    source.addEventListener('error', () => {
      this.handlers.onState('waiting');
      if (source.readyState === EventSource.CLOSED) this.#reopen();
    });
  }

  #reopen(): void {
    this.#failures++;
    this.#opened = true;
    this.#timer = setTimeout(() => {
      void this.handlers
        .beforeReopen()
        .catch(() => undefined)
        .then(() => this.#open());
    }, waitAfter(this.#failures, Math.random()));
  }
}

function parse(data: unknown): StreamReading | undefined {
  try {
    const reading = JSON.parse(String(data)) as StreamReading;
    return typeof reading.device === 'string' && typeof reading.fields === 'object' ? reading : undefined;
  } catch {
    return undefined; // one broken event must not end the page
  }
}
