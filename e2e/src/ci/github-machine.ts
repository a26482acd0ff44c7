import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { startCommand } from '@nx-ml/testing';

import { evaluate, filled } from './github-expressions.js';
import type { Contexts } from './github-expressions.js';

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface MachineInput {
  /** The clone; absolute. */
  readonly folder: string;
  readonly contexts: Contexts & { readonly env: Readonly<Record<string, string>> };
  readonly env: Readonly<Record<string, string>>;
  readonly caches: string;
  readonly readable: readonly string[];
  /** Where this run's artifacts are, by their names; absolute. */
  readonly artifacts: string;
}

/** One machine that takes the steps of a job one after the other, but for those that ask registries or GitHub. */
export class GithubMachine {
  failed = false;
  log = '';
  readonly #input: MachineInput;
  readonly #steps: Record<string, { readonly outputs: Readonly<Record<string, string>> }> = {};

  constructor(input: MachineInput) {
    this.#input = input;
  }

  get contexts(): Contexts {
    return { ...this.#input.contexts, steps: this.#steps };
  }

  /** What the steps told so far. */
  summary(): string {
    const file = this.#file('summary');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  async take(step: Step): Promise<void> {
    if (this.failed && step.if?.includes('cancelled()') !== true) return;
    if (step.if !== undefined && !evaluate(step.if, this.contexts)) return;
    if (step.uses !== undefined) this.#use(step, step.uses);
    if (step.run !== undefined && step.name !== 'Install') await this.#run(step, step.run);
  }

  #use(step: Step, action: string): void {
    if (action.startsWith('actions/cache/')) this.#cache(step);
    if (action.startsWith('actions/upload-artifact@')) this.#upload(step);
    if (action.startsWith('actions/download-artifact@')) this.#download(step);
  }

  async #run({ id, name = '', env = {} }: Step, script: string): Promise<void> {
    const { folder, contexts } = this.#input;
    const [output, summary] = [this.#file('output'), this.#file('summary')];
    for (const file of [output, summary]) if (!existsSync(file)) writeFileSync(file, '');
    const files = { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary };
    // As `shell: bash` of GitHub. It is given nothing but its own text: what others wrote is in variables.
    const ended = await startCommand('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: folder,
      env: { ...this.#input.env, ...contexts.env, ...filled(env, this.contexts), ...files },
    }).ended;
    this.log += `== ${name}\n${ended.output}`;
    this.failed ||= ended.code !== 0;
    if (id !== undefined) this.#steps[id] = { outputs: pairs(readFileSync(output, 'utf8')) };
  }

  #file(what: 'output' | 'summary'): string {
    return `${this.#input.folder}.${what}`;
  }

  /** One file each, which stands at the top of its artifact. */
  #upload({ with: given = {} }: Step): void {
    const { name = '', path = '', 'include-hidden-files': hidden } = filled(given, this.contexts);
    const file = join(this.#input.folder, path);
    if (!existsSync(file) || hidden !== 'true') return;
    cpSync(file, join(this.#input.artifacts, name, basename(path)));
  }

  #download({ with: given = {} }: Step): void {
    const { pattern = '', path = '' } = filled(given, this.contexts);
    mkdirSync(this.#input.artifacts, { recursive: true });
    for (const name of readdirSync(this.#input.artifacts))
      if (name.startsWith(pattern.replace(/\*$/, '')))
        cpSync(join(this.#input.artifacts, name), join(this.#input.folder, path), { recursive: true });
  }

  #cache({ uses, with: given = {} }: Step): void {
    const { folder } = this.#input;
    const { path = '', key = '', 'restore-keys': others = '' } = filled(given, this.contexts);
    const paths = path.trim().split('\n');
    if (uses?.startsWith('actions/cache/save') === true) {
      for (const each of paths)
        if (existsSync(join(folder, each)))
          cpSync(join(folder, each), join(this.#input.caches, key, each), { recursive: true });
      return;
    }
    const found = this.#find([key, ...others.trim().split('\n')]);
    if (found === undefined) return;
    for (const each of paths)
      if (existsSync(join(found, each))) cpSync(join(found, each), join(folder, each), { recursive: true });
  }

  /** The newest cache under the first prefix that has one. */
  #find(prefixes: readonly string[]): string | undefined {
    mkdirSync(this.#input.caches, { recursive: true });
    const keys = readdirSync(this.#input.caches).filter((key) =>
      this.#input.readable.some((start) => key.startsWith(start)),
    );
    for (const prefix of prefixes) {
      const key = keys
        .filter((each) => each.startsWith(prefix))
        .sort()
        .at(-1);
      if (key !== undefined) return join(this.#input.caches, key);
    }
    return undefined;
  }
}

/** `name=value`, one a line. */
function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
