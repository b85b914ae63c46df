// Marks of the axes. Pure functions.
import type { Lang } from '../../words/i18n';

const oneDay = 86_400;
const oneMonth = 27 * oneDay;

// Clock times; the date where a day begins, or where every mark is one; months over years.
export function timeMarks(at: readonly number[], lang: Lang): string[] {
  const step = (at[1] ?? 0) - (at[0] ?? 0);
  const month = new Intl.DateTimeFormat(lang, { month: 'short' });
  const clock = new Intl.DateTimeFormat(lang, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(step < 60 ? { second: '2-digit' as const } : {}),
  });
  return at.map((time) => {
    const date = new Date(time * 1000);
    const midnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
    if (step >= oneMonth) return date.getMonth() === 0 ? String(date.getFullYear()) : month.format(date);
    return step >= oneDay || midnight ? `${date.getMonth() + 1}/${date.getDate()}` : clock.format(date);
  });
}

// Air above and below; a line that does not move stands in the middle. What is never negative is
// not drawn as if it were.
export function niceRange(min: number | null, max: number | null, foot = 0): [number, number] {
  if (min === null || max === null) return [0, 1];
  let low: number;
  let high: number;
  if (min === max) {
    const room = Math.max(1, Math.abs(min) * 0.1);
    [low, high] = [min - room, max + room];
  } else {
    const room = (max - min) * 0.12;
    [low, high] = [min >= 0 && min - room < 0 ? 0 : min - room, max + room];
  }
  // `foot`: the share of the height at the bottom that belongs to others.
  return [low - ((high - low) * foot) / (1 - foot), high];
}
