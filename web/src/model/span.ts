// Stretches of time that a chart shows: seconds since 1970. Pure functions.

export type Span = readonly [from: number, to: number];

export const shortestSpan = 10;
export const longestSpan = 10 * 366 * 86_400;
const aheadShare = 0.5; // of the span may lie after now

export const lengthOf = (span: Span) => span[1] - span[0];

// Within what can be looked at; the length is kept where it may be.
export function clampSpan(span: Span, now: number): Span {
  const length = Math.min(longestSpan, Math.max(shortestSpan, lengthOf(span)));
  const grown = (length - lengthOf(span)) / 2;
  const latest = now + length * aheadShare;
  const to = Math.max(length, Math.min(latest, span[1] + grown));
  return [to - length, to];
}

// `at` (0…1) keeps its place: zooming by a pointer goes into what it points at.
export function zoomSpan(span: Span, factor: number, at = 0.5): Span {
  const length = lengthOf(span);
  const fixed = span[0] + length * at;
  return [fixed - length * factor * at, fixed + length * factor * (1 - at)];
}

export function panSpan(span: Span, share: number): Span {
  const by = lengthOf(span) * share;
  return [span[0] + by, span[1] + by];
}

// The span under which the two times lie at the two places (0…1): two fingers hold what they hold.
export function pinchSpan(times: readonly [number, number], places: readonly [number, number]): Span | undefined {
  const apart = places[1] - places[0];
  if (Math.abs(apart) < 0.02) return undefined;
  const length = (times[1] - times[0]) / apart;
  if (length <= 0) return undefined;
  const from = times[0] - places[0] * length;
  return [from, from + length];
}
