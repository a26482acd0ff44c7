const literal = /^([A-Za-z]*)('''|"""|'|")([^]*)\2$/;

/**
 * The text that a Python string literal stands for; undefined for bytes, and for the rare escapes that need Unicode's names
 * or leave half of a surrogate pair.
 */
export function pythonText(source: string): string | undefined {
  const [, prefix = '', , body = ''] = literal.exec(source) ?? [];
  if (/[bft]/i.test(prefix)) return undefined;
  const lines = body.replace(/\r\n?/g, '\n');
  const text = /r/i.test(prefix) ? lines : unescaped(lines);
  return text?.isWellFormed() === true ? text : undefined;
}

const escape =
  /\\(?:\n|([\\'"abfnrtv])|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(N\{))/g;

const characters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** An escape that Python does not know stands for itself, backslash included. */
function unescaped(body: string): string | undefined {
  const unreadable: string[] = [];
  const text = body.replace(escape, (whole: string, ...groups: readonly (string | undefined)[]) => {
    const [character, octal, byte, short, long, named] = groups;
    if (character !== undefined) return characters[character] ?? character;
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const code = Number.parseInt(byte ?? short ?? long ?? '', 16);
    if (named !== undefined || code > 0x10_ff_ff) unreadable.push(whole);
    else if (!Number.isNaN(code)) return String.fromCodePoint(code);
    return ''; // Also for a line that goes on.
  });
  return unreadable.length === 0 ? text : undefined;
}
