// Values, times and sizes as people of a language read them.
import type { Value } from '../api/types';
import { nameOf, speakFlag, speakText, type Named } from './fields';
import { plain } from './plain';
import type { Lang } from '../words/i18n';

export interface Shown {
  text: string; // "21.4", "열림"
  unit: string; // " °C", "%", or nothing
}

const noValue = '–';

// `detail`: as exact as it came (three decimals at most); else as a tile has room for.
export function decimalsOf(value: number, unit: string | null, detail: boolean): number {
  if (Number.isInteger(value) && unit !== '°C') return 0;
  if (detail) return unit === '°C' ? 2 : 3;
  if (unit === '%' || Math.abs(value) >= 100) return 0;
  if (unit === 'kWh' || unit === 'A') return 2;
  return Math.abs(value) < 1 && unit !== '°C' ? 2 : 1;
}

const numberFormats = new Map<string, Intl.NumberFormat>(); // slow to make

export function formatNumber(value: number, lang: Lang, decimals: number, fixed = false): string {
  const key = `${lang}${decimals}${fixed}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(lang, { maximumFractionDigits: decimals, minimumFractionDigits: fixed ? decimals : 0 });
    numberFormats.set(key, format);
  }
  return format.format(value);
}

const koreanUnits: Record<string, string> = { steps: '보', min: '분', h: '시간', d: '일' };
const units: Record<string, string> = { lux: 'lx', ug_m3: 'µg/m³', 'ug/m3': 'µg/m³', lqi: '' };

export function unitText(unit: string | null, lang: Lang = 'en'): string {
  if (!unit) return '';
  if (lang === 'ko' && Object.hasOwn(koreanUnits, unit)) return koreanUnits[unit]!;
  const text = Object.hasOwn(units, unit) ? units[unit]! : plain(unit, 12);
  return text === '%' || text === '' ? text : `\u00a0${text}`;
}

export function show(field: Named, value: Value, lang: Lang, detail = false): Shown {
  if (value === null) return { text: noValue, unit: '' };
  if (typeof value === 'boolean') return { text: speakFlag(nameOf(field), value, lang), unit: '' };
  if (typeof value === 'string') return { text: speakText(value, lang) || noValue, unit: '' };
  const unit = field.unit ?? null;
  if (!detail && Math.abs(value) >= manyDigits) return { text: compact(value, lang), unit: unitText(unit, lang) };
  const fixed = !detail && unit === '°C';
  return { text: formatNumber(value, lang, decimalsOf(value, unit, detail), fixed), unit: unitText(unit, lang) };
}

const manyDigits = 1e7; // a tile has no room for more

function compact(value: number, lang: Lang): string {
  return new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

export function showText(field: Named, value: Value, lang: Lang, detail = false): string {
  const shown = show(field, value, lang, detail);
  return shown.text + shown.unit;
}

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

// "방금", "3분 전", "2 hr. ago"; later than now counts as now (clocks differ).
export function formatAgo(time: string, now: number, lang: Lang): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (Number.isNaN(seconds)) return noValue;
  for (const [unit, length] of steps)
    if (seconds >= length)
      return new Intl.RelativeTimeFormat(lang, { numeric: 'always', style: 'short' }).format(
        -Math.floor(seconds / length),
        unit,
      );
  return lang === 'ko' ? '방금' : 'just now';
}

const longTime = 90 * 86_400;
export const withoutSeconds = 3 * 86_400; // as a span

// Clock time; the day where it is not today; the year over long spans or where it is not this one.
export function formatTime(time: string | number, lang: Lang, now = Date.now(), span = 0): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return noValue;
  const today = new Date(now).toDateString() === date.toDateString() && span < longTime;
  const year = span > longTime || new Date(now).getFullYear() !== date.getFullYear();
  return new Intl.DateTimeFormat(lang, {
    ...(year ? { year: 'numeric' as const } : {}),
    ...(today ? {} : { month: 'short', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    ...(span > 2 * 86_400 ? {} : { second: '2-digit' as const }),
    hourCycle: 'h23',
  }).format(date);
}

// Whole days by their dates, "11월 24일 – 11월 30일"; all else with the time of day.
export function formatSpan(from: number, to: number, lang: Lang, now = Date.now()): string {
  const [start, end] = [new Date(from * 1000), new Date(to * 1000)];
  const midnight = (date: Date) => date.getHours() + date.getMinutes() + date.getSeconds() === 0;
  const whole = midnight(start) && midnight(end) && to - from > 80_000;
  const last = whole ? new Date(end.getTime() - 3_600_000) : end;
  const thisYear = new Date(now).getFullYear();
  const year = start.getFullYear() !== thisYear || last.getFullYear() !== thisYear;
  const format = new Intl.DateTimeFormat(lang, {
    ...(year ? { year: 'numeric' as const } : {}),
    month: 'short',
    day: 'numeric',
    ...(whole ? {} : { hour: '2-digit' as const, minute: '2-digit' as const, hourCycle: 'h23' as const }),
    ...(to - from < 600 ? { second: '2-digit' as const } : {}),
  });
  const [a, b] = [format.format(start), format.format(last)];
  return a === b ? a : `${a} – ${b}`;
}

export function formatBytes(bytes: number, lang: Lang): string {
  const names = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let step = 0;
  while (size >= 1000 && step < names.length - 1) {
    size /= 1000;
    step++;
  }
  return `${formatNumber(size, lang, step === 0 || size >= 100 ? 0 : 1)}\u00a0${names[step]}`;
}

// Whole units, the two largest: "3일 4시간", "12 min 5 s".
export function formatDuration(seconds: number, lang: Lang): string {
  const names = lang === 'ko' ? ['일', '시간', '분', '초'] : ['\u00a0d', '\u00a0h', '\u00a0min', '\u00a0s'];
  const lengths = [86_400, 3_600, 60, 1];
  const parts: string[] = [];
  let rest = Math.max(0, Math.floor(seconds));
  lengths.forEach((length, i) => {
    const n = Math.floor(rest / length);
    rest -= n * length;
    if (n > 0) parts.push(`${formatNumber(n, lang, 0)}${names[i]}`);
  });
  return parts.slice(0, 2).join(' ') || `0${names[3]}`;
}
