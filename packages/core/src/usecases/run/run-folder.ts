import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { MlError } from '../../kernel/index.js';

/**
 * The private folder of one attempt: inputs linked in, outputs to be written, the run document, the log. Nothing in it
 * is a result until it was published from here.
 *
 * Synchronous: a trip through the thread pool takes longer than any of these calls, and a step has some forty of them. Only its removal is
 * not: a file system that is writing what the store wants to be sure of lets whoever removes folders wait for it, and with
 * him every other step.
 */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get document(): string {
    return join(this.path, 'run.json');
  }
  get log(): string {
    return join(this.path, 'log.txt');
  }
  get progress(): string {
    return join(this.path, 'progress.jsonl');
  }
  get metrics(): string {
    return join(this.path, 'metrics.json');
  }
  get predictions(): string {
    return join(this.path, 'predictions.jsonl');
  }
  /** A command may leave its predictions in another format, under the same name without the ending. */
  predictionsIn(format: string): string {
    return join(this.path, `predictions.${format}`);
  }
  get programs(): string {
    return join(this.path, 'bin');
  }
  input(name: string): string {
    return join(this.path, 'inputs', name);
  }
  output(name: string): string {
    return join(this.path, 'outputs', name);
  }

  /**
   * Makes the folder, empty, with the output folders that the command may write to. For this user alone: what a command
   * prints may hold secrets until it has ended.
   */
  create(outputs: readonly string[]): void {
    rmSync(this.path, { recursive: true, force: true });
    mkdirSync(dirname(this.path), { recursive: true });
    mkdirSync(this.path, { mode: 0o700 });
    mkdirSync(join(this.path, 'inputs'));
    for (const name of outputs) mkdirSync(this.output(name), { recursive: true });
    writeFileSync(this.log, '');
  }

  write(document: Uint8Array): void {
    writeFileSync(this.document, document);
  }

  /** Moves the log to where people find it after the run folder is gone. */
  keepLog(target: string): void {
    mkdirSync(dirname(target), { recursive: true });
    renameSync(this.log, target);
  }

  /** Moves all of it to where it stays until the next one takes its place. */
  keep(target: string): void {
    rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    renameSync(this.path, target);
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/** The text of a file that a command may have written; undefined when it did not. */
export async function readOutput(path: string, limit: number): Promise<string | undefined> {
  const size = fileSize(path);
  if (size === undefined) return undefined;
  if (size > limit) {
    throw new MlError('ERR_ML_METRICS_INVALID', {
      message: `${path} has ${String(size)} bytes, more than the ${String(limit)} that metrics may have`,
      fix: 'Write per-example results to predictions.jsonl, and only numbers about them to metrics.json.',
    });
  }
  return readFile(path, 'utf8');
}

/** Bytes of a file that a command may have left; undefined where there is none that can be read. */
export function fileSize(path: string): number | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true ? stats.size : undefined;
  } catch {
    return undefined; // Such as a link to itself.
  }
}

/** True when a folder holds at least one file, however deep. */
export async function holdsFiles(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.some((entry) => entry.isFile());
}

/** The last lines of a text file; reads at most 64 KB from its end. */
export async function tailOf(path: string, lines: number): Promise<readonly string[]> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 65_536);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer
      .toString('utf8')
      .trimEnd()
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .slice(-lines);
  } finally {
    await file.close();
  }
}
