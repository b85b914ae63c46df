// The home's devices, kept current: read once, then changed by the stream.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { api } from './client';
import { ApiError } from './http';
import type { Device, StreamReading } from './types';
import { adopt } from '../model/home-assistant';
import { Live, type LiveState } from './live';
import { applyReading } from '../model/home';

const readAgainAfterMs = 1_500; // a burst of new devices is one question
const refreshMs = 60_000; // what no reading tells: who has gone silent
const refreshManyMs = 300_000; // a home of thousands
const hiddenLongMs = 60_000; // phones freeze pages: what came meanwhile is not known

export class HomeStore extends EventTarget {
  devices = new Map<string, Device>();
  loaded = false;
  error: ApiError | undefined;
  live: LiveState = 'connecting';

  #bySource = new Map<string, string>(); // a device's id
  #pending: StreamReading[] = []; // came while the devices were being read
  #reading = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #hiddenSince = 0;
  #stream = new Live('/api/v1/stream', {
    onReading: (reading) => this.#take(reading),
    onGap: () => void this.read(),
    onState: (state) => {
      this.live = state;
      this.#changed();
    },
    beforeReopen: () => api.me(),
  });

  start(): void {
    this.#stream.start();
    void this.read();
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#hiddenSince = Date.now();
      else if (this.#hiddenSince && Date.now() - this.#hiddenSince > hiddenLongMs) this.resume();
    });
    window.addEventListener('online', () => this.resume());
    this.#refreshLater();
  }

  #refreshLater(): void {
    setTimeout(() => {
      if (!document.hidden && this.live === 'live') void this.read();
      this.#refreshLater();
    }, this.devices.size > 1_000 ? refreshManyMs : refreshMs);
  }

  // After a sleep the connection may be dead without anybody having said so.
  resume(): void {
    this.#stream.stop();
    this.#stream.start();
    void this.read();
  }

  stop(): void {
    this.#stream.stop();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  // One question at a time; asked again when somebody wanted it meanwhile.
  async read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    try {
      const devices = await api.devices();
      this.devices = new Map(devices.map((device) => [device.id, adopt(device)]));
      this.#bySource = indexSources(devices);
      this.loaded = true;
      this.error = undefined;
      const pending = this.#pending.splice(0);
      for (const reading of pending) this.#apply(reading);
    } catch (error) {
      this.error = error instanceof ApiError ? error : new ApiError(0, String(error));
      if (this.error.status !== 401) this.#readLater(5_000);
    } finally {
      this.#reading = false;
    }
    this.#changed();
    if (this.#again) {
      this.#again = false;
      this.#readLater(readAgainAfterMs);
    }
  }

  // Never put off by a later wish: a device that speaks every second would put it off for ever.
  #readLater(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.read();
    }, ms);
  }

  #take(reading: StreamReading): void {
    if (this.#reading && this.#pending.length < 10_000) this.#pending.push(reading);
    this.#apply(reading);
    this.dispatchEvent(new CustomEvent('reading', { detail: reading }));
  }

  #apply(reading: StreamReading): void {
    const device = this.devices.get(this.deviceOf(reading) ?? '');
    if (!device) {
      if (this.loaded && !this.#reading) this.#readLater(readAgainAfterMs);
      return;
    }
    const applied = applyReading(device, reading);
    if (applied.unknown && !this.#reading) this.#readLater(readAgainAfterMs);
    if (applied.device === device) return;
    this.devices.set(device.id, applied.device);
    this.#changed();
  }

  // The device that a reading belongs to: its source is the device's, whatever the device is called.
  deviceOf({ measurement, device, tags }: StreamReading): string | undefined {
    return (
      this.#bySource.get(sourceKey(measurement, device, tags['path'])) ??
      this.#bySource.get(sourceKey(measurement, device)) ??
      (this.devices.has(device) ? device : undefined)
    );
  }

  // Many readings, one drawing.
  #changed(): void {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.dispatchEvent(new Event('change'));
    });
  }
}

const sourceKey = (measurement: string, device: string, path = '') => `${measurement}\n${device}\n${path}`;

function indexSources(devices: readonly Device[]): Map<string, string> {
  const index = new Map<string, string>();
  for (const { id, sources } of devices)
    for (const { measurement, device, path } of sources ?? []) index.set(sourceKey(measurement, device, path), id);
  return index;
}

export const home = new HomeStore();

// Draws its component again when the store changes, and every so often for "3 minutes ago".
export class FollowHome implements ReactiveController {
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #redraw = () => this.host.requestUpdate();

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }
  hostConnected(): void {
    home.addEventListener('change', this.#redraw);
    this.#timer = setInterval(this.#redraw, 20_000);
  }
  hostDisconnected(): void {
    home.removeEventListener('change', this.#redraw);
    clearInterval(this.#timer);
  }
}
