// A message's payload as text that can be read. Pure functions.

const longest = 20_000;

// JSON gets lines and indents; all else stays as it is. Numbers keep the digits they came with.
export function pretty(payload: string): string {
  if (payload.length > longest) return payload;
  try {
    JSON.parse(payload);
  } catch {
    return payload;
  }
  return /^\s*[[{]/.test(payload) ? indent(payload) : payload;
}

// Whitespace alone is changed: what was parsed and written anew would lose digits and doubled keys.
function indent(json: string): string {
  let out = '';
  let depth = 0;
  let inText = false;
  const line = () => `\n${'  '.repeat(Math.min(depth, 20))}`;
  for (let i = 0; i < json.length; i++) {
    const c = json[i]!;
    if (inText) {
      out += c;
      if (c === '\\') out += json[++i] ?? '';
      else if (c === '"') inText = false;
    } else if (c === '"') {
      inText = true;
      out += c;
    } else if (c === '{' || c === '[') {
      const close = /^\s*[\]}]/.exec(json.slice(i + 1, i + 100));
      if (close) {
        out += c + (c === '{' ? '}' : ']');
        i += close[0].length;
      } else {
        depth++;
        out += c + line();
      }
    } else if (c === '}' || c === ']') {
      depth--;
      out += line() + c;
    } else if (c === ',') out += c + line();
    else if (c === ':') out += ': ';
    else if (!/\s/.test(c)) out += c;
  }
  return out;
}
