import { refusedArchive } from './refused-archive.js';
import type { TarHeader } from './tar-header.js';

/** Reads the bytes of one entry as they come. */
export interface EntryReader {
  take(bytes: Uint8Array): void;
  end(): void;
}

/** Nx holds the whole output of a task in memory. Bytes. */
const maxOutput = 256_000_000;

/**
 * The two entries that are no files of the workspace: `code` (4 bytes) and `terminalOutput` (UTF-8). Nx ends the whole run
 * where one of them is not as it wrote it.
 */
export class MadeUpEntries {
  readonly #seen = new Set<string>();
  #code: number | undefined;

  /** undefined for an entry of another name. @throws MlError ERR_ML_CACHE_ENTRY_MALFORMED */
  reader(path: string, { kind, size }: TarHeader): EntryReader | undefined {
    if (path !== 'code' && path !== 'terminalOutput') return undefined;
    if (kind !== 'file' || this.#seen.has(path))
      throw refusedArchive(`holds ${path} otherwise than as the one file that Nx adds`);
    this.#seen.add(path);
    return path === 'code' ? this.#codeReader(size) : outputReader(size);
  }

  #codeReader(size: number): EntryReader {
    if (size !== 4) throw refusedArchive(`has an exit code of ${String(size)} bytes`);
    const bytes: number[] = [];
    return {
      take: (part) => bytes.push(...part),
      end: () => (this.#code = Buffer.from(bytes).readUInt32BE()),
    };
  }

  /** The exit code of the task. @throws MlError ERR_ML_CACHE_ENTRY_MALFORMED where one of the two is missing */
  end(): number {
    if (this.#code === undefined || !this.#seen.has('terminalOutput'))
      throw refusedArchive('lacks the exit code or the output of the task');
    return this.#code;
  }
}

function outputReader(size: number): EntryReader {
  if (size > maxOutput) throw refusedArchive(`has a terminal output of ${String(size)} bytes`);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array): void => {
    try {
      if (bytes === undefined) decoder.decode();
      else decoder.decode(bytes, { stream: true });
    } catch {
      throw refusedArchive('has a terminal output that is no UTF-8');
    }
  };
  return {
    take: decode,
    end: () => {
      decode();
    },
  };
}
