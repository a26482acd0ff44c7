import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runCli } from '../run-cli.js';

/** An error of nx-ml with this code. */
export function failed(code: string): unknown {
  return expect.objectContaining({ name: 'MlError', code });
}

/**
 * A temporary folder with workspaces, stores and remotes beside one another, and commands that run there in this
 * process. Until `remove` the environment names its store, no remote, and the network as allowed.
 */
export class CliScene {
  readonly base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'nx-ml-cli-')));
  /** What the last command wrote. */
  written = '';
  readonly #environment = { ...process.env };

  constructor() {
    process.env['NX_ML_STORE'] = this.at('store');
    delete process.env['NX_ML_REMOTE'];
    delete process.env['NX_ML_OFFLINE'];
  }

  remove(): void {
    process.env = this.#environment;
    fs.rmSync(this.base, { recursive: true, force: true });
  }

  at(path: string): string {
    return join(this.base, path);
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [path, content] of Object.entries(files)) {
      fs.mkdirSync(dirname(this.at(path)), { recursive: true });
      fs.writeFileSync(this.at(path), content);
    }
  }

  read(path: string): string {
    return fs.readFileSync(this.at(path), 'utf8');
  }

  /** Full paths of all files in a folder, sorted. */
  files(folder: string): readonly string[] {
    return fs
      .readdirSync(this.at(folder), { recursive: true, withFileTypes: true })
      .flatMap((item) => (item.isFile() ? [join(item.parentPath, item.name)] : []))
      .sort();
  }

  /** Runs a command in a folder. @returns its exit code */
  run(folder: string, ...args: readonly string[]): Promise<number> {
    this.written = '';
    return runCli(args, { cwd: this.at(folder), write: (text) => (this.written += text) });
  }

  /** Runs a command in a clone that has a store of its own. @returns its exit code */
  runIn(clone: string, ...args: readonly string[]): Promise<number> {
    process.env['NX_ML_STORE'] = this.at(`${clone}-store`);
    return this.run(clone, ...args);
  }

  /** Runs a command that succeeds. @returns what it wrote */
  async told(folder: string, ...args: readonly string[]): Promise<string> {
    expect(await this.run(folder, ...args)).toBe(0);
    return this.written;
  }

  /** @returns what git said */
  git(folder: string, ...args: readonly string[]): string {
    const who = ['-c', 'user.name=A. Spec', '-c', 'user.email=spec@localhost'];
    return execFileSync('git', [...who, ...args], {
      cwd: this.at(folder),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }
}
