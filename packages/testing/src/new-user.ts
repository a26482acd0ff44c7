import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { LoopbackRegistry } from './loopback-registry.js';
import { startCommand } from './run-command.js';

export interface NewUserOptions {
  /** Name of the folder that they begin in. */
  readonly folder: string;
  /** Absolute folders of programs that they have beside Node and npm. */
  readonly programs?: readonly string[];
}

/** A new user's machine: a home without anything in it, an empty folder, and a registry that has nx-ml. */
export class NewUser {
  readonly folder: string;
  readonly #temporary: string;
  readonly #registry: LoopbackRegistry;
  readonly #programs: readonly string[];

  private constructor(registry: LoopbackRegistry, { folder, programs = [] }: NewUserOptions) {
    this.#registry = registry;
    this.#programs = programs;
    this.#temporary = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-new-user-')));
    this.folder = join(this.#temporary, folder);
    mkdirSync(this.folder);
    mkdirSync(join(this.#temporary, 'home'));
    writeFileSync(join(this.#temporary, 'home', '.npmrc'), `registry=${registry.url}\n`);
  }

  static async create(options: NewUserOptions): Promise<NewUser> {
    return new NewUser(await LoopbackRegistry.start(), options);
  }

  /** Types a line in the folder, and gives what came of it. @throws when it fails and `mayFail` is not said. */
  async type(line: string, mayFail = false): Promise<string> {
    const [program = '', ...args] = line.split(' ');
    const { code, output } = await startCommand(program, args, { cwd: this.folder, env: this.#environment() })
      .ended;
    if (code !== 0 && !mayFail) throw new Error(`${line} failed:\n${output}`);
    return output;
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  dispose(): void {
    this.#registry.close();
    rmSync(this.#temporary, { recursive: true, force: true });
  }

  #environment(): Readonly<Record<string, string>> {
    const certificates = process.env['NODE_EXTRA_CA_CERTS'];
    return {
      PATH: [...this.#programs, process.env['PATH'] ?? ''].join(delimiter),
      HOME: join(this.#temporary, 'home'),
      ...(certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificates }),
      // Yarn reads no .npmrc, and wants neither plain HTTP nor packages of today.
      YARN_NPM_REGISTRY_SERVER: this.#registry.url,
      YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
      YARN_NPM_MINIMAL_AGE_GATE: '0',
      NX_DAEMON: 'false',
      NX_TUI: 'false',
      NO_COLOR: '1',
    };
  }
}
