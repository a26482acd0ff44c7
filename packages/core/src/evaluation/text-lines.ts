/** Longer lines are no predictions; bounds the memory of a file that has no line ends. UTF-16 code units. */
export const longestLine = 16_000_000;

/**
 * Lines of UTF-8 as it comes, without their ends. A line beyond longestLine comes in pieces of that size and more.
 * Bytes that are not UTF-8 become U+FFFD.
 */
export async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  for await (const piece of bytes) {
    rest += decoder.decode(piece, { stream: true });
    let start = 0;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', start)) {
      yield rest.slice(start, rest[end - 1] === '\r' ? end - 1 : end);
      start = end + 1;
    }
    rest = rest.slice(start);
    if (rest.length > longestLine) {
      yield rest;
      rest = '';
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
