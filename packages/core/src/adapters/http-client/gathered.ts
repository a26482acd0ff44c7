/**
 * The same bytes in pieces of at least `enough` bytes, but for the last: what is made of many small files, or comes from
 * a socket, comes in many small pieces, and each costs whoever takes it a call. When the stream fails, what it brought
 * until then comes first.
 */
export async function* gathered(
  stream: AsyncIterable<Uint8Array>,
  enough: number,
): AsyncIterable<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const part of stream) {
      waiting.push(part);
      size += part.length;
      if (size < enough) continue;
      yield together(waiting, size);
      [waiting, size] = [[], 0];
    }
  } catch (error) {
    failure = { error };
  }
  if (size > 0) yield together(waiting, size);
  if (failure !== undefined) throw failure.error;
}

function together(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = parts;
  return first !== undefined && parts.length === 1 ? first : Buffer.concat(parts, size);
}
