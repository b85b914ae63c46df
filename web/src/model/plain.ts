// Names come from whoever may publish to the broker. As text they cannot become markup; this keeps
// them from turning the words around them (bidi marks), from growing over the page (length, stacked
// marks) and from being invisible. Pure functions.

const unseen = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
const zeroWidthJoiner = '\u200d'; // holds emoji together
const stacked = /(\p{M}{3})\p{M}+/gu;

export const longestName = 64;

// One line of readable text, at most `longest` characters; "–" where nothing can be seen.
export function plain(text: string, longest = longestName): string {
  const readable = text
    .slice(0, longest * 8)
    .normalize('NFC')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(unseen, (mark) => (mark === zeroWidthJoiner ? mark : ''))
    .replace(stacked, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  const letters = [...readable];
  if (letters.length > longest) return `${letters.slice(0, longest).join('').trimEnd()}…`;
  if (letters.length === 0 || readable === zeroWidthJoiner) return '–';
  return text.length > longest * 8 ? `${readable}…` : readable;
}
