// Zooming and panning by mouse, wheel, fingers and keys. What moves is shown at once (`preview`);
// where it stays is told when it rests (`settle`). While `moving`, the plot must stay: one that is
// built anew loses the fingers on it. `rested` says that it may go again.
import { clampSpan, lengthOf, panSpan, pinchSpan, zoomSpan, type Span } from '../../model/span';

export interface GestureHost {
  span(): Span;
  preview(span: Span): void;
  settle(span: Span): void;
  rested(): void;
  reset(): void;
}

const restMs = 250;
const panAfter = 8; // pixels; less is a tap

export class Gestures {
  #fingers = new Map<number, { x: number; y: number }>();
  #held: { times: number[]; span: Span; panning: boolean; x: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #current: Span | undefined; // shown, not yet told
  #selecting = false; // the mouse's button is down: the plot itself draws what it selects

  constructor(
    private readonly plot: HTMLElement, // where the lines are: its width is the span
    private readonly host: GestureHost,
  ) {
    const passive = { passive: true };
    plot.addEventListener('wheel', this.#wheel, { passive: false });
    plot.addEventListener('pointerdown', this.#down, passive);
    plot.addEventListener('pointermove', this.#move, passive);
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) plot.addEventListener(end, this.#up, passive);
    plot.addEventListener('dblclick', () => this.host.reset());
  }

  get moving(): boolean {
    return this.#fingers.size > 0 || this.#current !== undefined || this.#selecting;
  }

  // The keys of the focused chart; true when it was one of them.
  key(event: KeyboardEvent): boolean {
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    const span = this.#span();
    const moves: Record<string, () => Span> = {
      ArrowLeft: () => panSpan(span, event.shiftKey ? -0.5 : -0.15),
      ArrowRight: () => panSpan(span, event.shiftKey ? 0.5 : 0.15),
      '+': () => zoomSpan(span, 0.6),
      '=': () => zoomSpan(span, 0.6),
      '-': () => zoomSpan(span, 1 / 0.6),
    };
    if (event.key === '0' || event.key === 'Home') this.host.reset();
    else if (Object.hasOwn(moves, event.key)) this.#show(moves[event.key]!());
    else return false;
    return true;
  }

  #span(): Span {
    return this.#current ?? this.host.span();
  }

  #show(span: Span, rests = true): void {
    this.#current = clampSpan(span, Date.now() / 1000);
    this.host.preview(this.#current);
    clearTimeout(this.#timer);
    if (rests) this.#timer = setTimeout(() => this.#settle(), restMs);
  }

  #settle(): void {
    const span = this.#current;
    this.#current = undefined;
    if (span) this.host.settle(span);
    this.host.rested();
  }

  #place(x: number): number {
    const box = this.plot.getBoundingClientRect();
    return box.width > 0 ? (x - box.left) / box.width : 0;
  }

  // The page scrolls by the wheel; with Ctrl (and by two fingers on a touchpad) the chart zooms.
  readonly #wheel = (event: WheelEvent): void => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#show(zoomSpan(this.#span(), Math.exp(Math.max(-1, Math.min(1, event.deltaY / 150))), this.#place(event.clientX)));
    } else if (sideways || event.shiftKey) {
      event.preventDefault();
      this.#show(panSpan(this.#span(), (sideways ? event.deltaX : event.deltaY) / Math.max(200, this.plot.clientWidth)));
    }
  };

  readonly #down = (event: PointerEvent): void => {
    const mouse = event.pointerType === 'mouse';
    if (mouse && !(event.shiftKey && event.button === 0)) {
      this.#selects(); // a drag without Shift
      return;
    }
    if (mouse) this.plot.setPointerCapture(event.pointerId); // it may be let go outside
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#hold(mouse);
  };

  #selects(): void {
    this.#selecting = true;
    const over = () => {
      this.#selecting = false;
      if (!this.moving) this.host.rested();
    };
    // The plot hears of its end in the same event: what rests waits until that is done.
    document.addEventListener('pointerup', () => setTimeout(over), { once: true });
  }

  #hold(panning: boolean): void {
    clearTimeout(this.#timer);
    const span = this.#span();
    const xs = [...this.#fingers.values()].map(({ x }) => x);
    const times = xs.map((x) => span[0] + this.#place(x) * lengthOf(span));
    this.#held = xs.length ? { times, span, panning: panning || xs.length > 1, x: xs[0]! } : undefined;
  }

  readonly #move = (event: PointerEvent): void => {
    const finger = this.#fingers.get(event.pointerId);
    const held = this.#held;
    if (!finger || !held) return;
    finger.x = event.clientX;
    if (!held.panning) {
      if (Math.abs(finger.x - held.x) < panAfter) return;
      held.panning = true;
      this.plot.setPointerCapture(event.pointerId);
    }
    const places = [...this.#fingers.values()].map(({ x }) => this.#place(x));
    if (places.length >= 2) {
      const span = pinchSpan([held.times[0]!, held.times[1]!], [places[0]!, places[1]!]);
      if (span) this.#show(span, false);
    } else {
      const from = held.times[0]! - places[0]! * lengthOf(held.span);
      this.#show([from, from + lengthOf(held.span)], false);
    }
  };

  readonly #up = (event: PointerEvent): void => {
    if (!this.#fingers.delete(event.pointerId)) return;
    const panned = this.#held?.panning ?? false;
    this.#hold(panned);
    if (this.#fingers.size === 0) this.#settle();
  };

  stop(): void {
    clearTimeout(this.#timer);
    this.#fingers.clear();
  }
}
