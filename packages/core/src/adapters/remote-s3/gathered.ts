const enough = 256 * 1024;

/** The same bytes in pieces that are worth a call: what is made of many small files comes in as many small pieces. */
export async function* gathered(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    waiting.push(part);
    size += part.length;
    if (size < enough) continue;
    yield together(waiting, size);
    [waiting, size] = [[], 0];
  }
  if (size > 0) yield together(waiting, size);
}

function together(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = parts;
  return first !== undefined && parts.length === 1 ? first : Buffer.concat(parts, size);
}
