/** An entry as a test writes it: everything that is not said is as Nx writes it. */
export interface TarEntry {
  readonly path: string;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly target?: string;
  readonly mode?: number;
  /** Of all fields, set after the others and before the checksum: offset and text. */
  readonly raw?: readonly (readonly [number, string])[];
  readonly checksum?: number;
}

/** What Nx adds to every entry. */
export const madeUp: readonly TarEntry[] = [
  { path: 'terminalOutput', type: '\0', body: 'done\n', mode: 0o600 },
  { path: 'code', type: '\0', body: Uint8Array.of(0, 0, 0, 0), mode: 0o600 },
];

/** A tar with just these entries and the two blocks of zeros at its end. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(entryOf), Buffer.alloc(1024)]);
}

function entryOf(entry: TarEntry): Buffer {
  const body = Buffer.from(entry.body ?? '');
  const header = Buffer.alloc(512);
  const put = (at: number, text: string): void => {
    header.write(text, at, 'utf8');
  };
  put(0, entry.path);
  put(100, `${(entry.mode ?? (entry.type === '5' ? 0o755 : 0o644)).toString(8).padStart(7, '0')}\0`);
  put(124, `${body.length.toString(8).padStart(11, '0')}\0`);
  put(136, '00000000000\0');
  put(156, entry.type ?? '0');
  put(157, entry.target ?? '');
  put(257, 'ustar  \0');
  for (const [at, text] of entry.raw ?? []) header.write(text, at, 'latin1');
  header.write(' '.repeat(8), 148, 'latin1');
  const sum = entry.checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}
