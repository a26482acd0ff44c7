import { open, rename, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 8 * 1024 * 1024;
const mask = Buffer.from('***');

/** Shorter values would blank out half of a log and guard nothing. */
const shortestSecret = 4;

/**
 * Takes the values of secrets out of a log before it is kept, shown or stored: a command may print its whole
 * environment. Reads a few megabytes at a time; a value that lies across two reads is found too.
 */
export async function redactLog(path: string, secrets: readonly string[]): Promise<void> {
  const values = secrets.filter((value) => value.length >= shortestSecret).map((value) => Buffer.from(value));
  if (values.length === 0 || (await stat(path)).size === 0) return;
  const aside = `${path}.redacted`;
  const source = await open(path);
  const target = await open(aside, 'w', 0o600);
  try {
    await copyRedacted(source, target, values);
  } finally {
    await source.close();
    await target.close();
  }
  await rename(aside, path);
}

async function copyRedacted(
  source: FileHandle,
  target: FileHandle,
  values: readonly Buffer[],
): Promise<void> {
  const overlap = Math.max(...values.map((value) => value.length)) - 1;
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    const { bytesRead, buffer } = await source.read(Buffer.alloc(chunkBytes), 0, chunkBytes);
    const clean = values.reduce(replaceAll, Buffer.concat([rest, buffer.subarray(0, bytesRead)]));
    const done = bytesRead === 0 ? clean.length : Math.max(0, clean.length - overlap);
    await target.write(clean.subarray(0, done));
    rest = clean.subarray(done);
    if (bytesRead === 0) return;
  }
}

function replaceAll(text: Buffer, value: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, from)) {
    parts.push(text.subarray(from, at), mask);
    from = at + value.length;
  }
  return parts.length === 0 ? text : Buffer.concat([...parts, text.subarray(from)]);
}
