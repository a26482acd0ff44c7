import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runDvc } from '../run-dvc.js';

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** An error of nx-ml with this code. */
export function failed(code: string): Error {
  return expect.objectContaining({ code }) as Error;
}

/** A workspace with a project in ml/s, and the run of a step of it, whose command is nx-ml-dvc. */
export class DvcStep {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-dvc-')));
  /** What the commands told beside their answers. */
  notes = '';
  readonly #run = join(this.root, '.nx-ml/runs/r');

  constructor() {
    this.write({ 'nx.json': '{}' });
    mkdirSync(this.inRun('out'), { recursive: true });
    this.document('data', {});
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** A path in the folder of the run. */
  inRun(path: string): string {
    return join(this.#run, path);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
  }

  /** Writes the run document that a step's command gets. */
  document(step: 'data' | 'train' | 'evaluate', params: unknown, inputs: unknown = {}): void {
    const folder = { data: 'data', train: 'model', evaluate: 'files' }[step];
    const outputs = { [folder]: this.inRun('out'), metrics: this.inRun('metrics.json') };
    writeFileSync(this.inRun('run.json'), JSON.stringify({ step, params, inputs, outputs }));
  }

  /** Runs nx-ml-dvc. @returns what it wrote, trimmed */
  async dvc(...args: readonly string[]): Promise<string> {
    let written = '';
    await runDvc(args, {
      write: (text) => (written += text),
      note: (text) => (this.notes += text),
      cwd: join(this.root, 'ml/s'),
      runDocument: this.inRun('run.json'),
    });
    return written.trim();
  }

  /** All files below a folder of the run, sorted. */
  filesIn(path: string): readonly string[] {
    const folder = this.inRun(path);
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  }

  /** The text of a file in the folder of the run. */
  read(path: string): string {
    return readFileSync(this.inRun(path), 'utf8');
  }
}
