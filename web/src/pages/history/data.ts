// The lines of the history page: asked for together, a few at a time, and once more for what they
// are compared with.
import { loadLine } from '../../api/history';
import type { Device, Field } from '../../api/types';
import { wantedOf, type SeriesKey } from '../../model/chart-series';
import { earlier, type Compare } from '../../model/period';
import { shiftLine, type Line } from '../../model/series';
import type { Span } from '../../model/span';

export interface Asked {
  key: SeriesKey;
  device: Device | undefined; // undefined: it is gone, its history is not
  field: Field | undefined;
}

export interface Answer {
  line: Line;
  step: number;
  before?: Line; // earlier, moved under the present
}

const together = 2; // the gateway answers others too

export async function loadAll(asked: readonly Asked[], span: Span, compare: Compare, width: number, signal: AbortSignal): Promise<Answer[]> {
  const answers = new Array<Answer>(asked.length);
  let next = 0;
  const work = async () => {
    while (next < asked.length) {
      const at = next++;
      answers[at] = await loadOne(asked[at]!, span, compare, width, signal);
    }
  };
  await Promise.all(Array.from({ length: Math.min(together, asked.length) }, work));
  return answers;
}

async function loadOne({ key, field }: Asked, span: Span, compare: Compare, width: number, signal: AbortSignal): Promise<Answer> {
  const wanted = wantedOf(key, field);
  const { line, step } = await loadLine(wanted, span, width, signal);
  const back = earlier(span, compare);
  if (!back) return { line, step };
  const before = await loadLine(wanted, back.span, width, signal);
  return { line, step, before: shiftLine(before.line, back.shift) };
}
