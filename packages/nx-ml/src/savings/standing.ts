import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What the workspace stood at when Nx ended last: by step, the digest of its key file. */
export class Standing {
  readonly #path: string;
  readonly #before: Readonly<Record<string, unknown>>;
  readonly #now: Record<string, unknown>;

  /** @param path absolute. */
  constructor(path: string) {
    this.#path = path;
    this.#before = readMap(path);
    this.#now = { ...this.#before };
  }

  /** @returns whether the step came to something else. */
  moves(step: string, keys: string): boolean {
    const digest = createHash('sha256').update(keys).digest('hex').slice(0, 32);
    this.#now[step] = digest;
    return !Object.hasOwn(this.#before, step) || this.#before[step] !== digest;
  }

  keep(): void {
    const aside = `${this.#path}.${String(process.pid)}.tmp`;
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(aside, `${JSON.stringify(this.#now)}\n`);
    renameSync(aside, this.#path);
  }
}

function readMap(path: string): Readonly<Record<string, unknown>> {
  try {
    const map: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof map === 'object' && map !== null ? (map as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {}; // Not written yet, or cut: then a hit may count once more.
  }
}
