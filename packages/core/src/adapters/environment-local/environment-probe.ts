import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { messageOf, MlError } from '../../kernel/index.js';
import type { EnvironmentProbe, PythonInterpreter } from '../../environment/index.js';
import { probePython } from './python.js';
import { runForText } from './run-for-text.js';

/**
 * This machine as it is. Every question is asked once in the life of a probe.
 *
 * NX_ML_PYTHON names the interpreter for a whole machine and goes before what an ml.yaml says: paths differ between
 * machines, and only the interpreter's version and packages are part of a run key.
 */
export class LocalEnvironment implements EnvironmentProbe {
  readonly platform = `${process.platform}-${process.arch}`;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly #pythons = new Map<string, Promise<PythonInterpreter>>();
  #node: Promise<string> | undefined;
  #accelerator: Promise<string> | undefined;

  constructor(variables: Readonly<Record<string, string | undefined>> = process.env) {
    this.variables = variables;
  }

  nodeVersion(): Promise<string> {
    this.#node ??= this.#findNodeVersion();
    return this.#node;
  }

  python(configured: string | undefined): Promise<PythonInterpreter> {
    const name = this.variables['NX_ML_PYTHON'] ?? configured ?? 'python3';
    const known = this.#pythons.get(name) ?? this.#findPython(name);
    this.#pythons.set(name, known);
    return known;
  }

  accelerator(): Promise<string> {
    this.#accelerator ??= this.#findAccelerator();
    return this.#accelerator;
  }

  async #findNodeVersion(): Promise<string> {
    const path = this.#findProgram('node');
    if (path === undefined) throw missing('node', 'it is not on the PATH');
    if (path === realpathSync(process.execPath)) return process.versions.node;
    return (await this.#ask(path, ['-p', 'process.versions.node'])).trim();
  }

  async #findPython(name: string): Promise<PythonInterpreter> {
    const path = this.#findProgram(name);
    if (path === undefined) throw missing(name, 'it is not on the PATH, or not executable');
    try {
      return await probePython(path, (args) => this.#ask(path, args));
    } catch (cause) {
      throw missing(name, messageOf(cause), cause);
    }
  }

  async #findAccelerator(): Promise<string> {
    const path = this.#findProgram('nvidia-smi');
    if (path === undefined) return 'unknown';
    const names = await this.#ask(path, ['--query-gpu=name', '--format=csv,noheader']);
    return [...new Set(names.trim().split(/\s*\n\s*/))].sort().join(' + ');
  }

  #ask(path: string, args: readonly string[]): Promise<string> {
    return runForText(path, args, this.variables);
  }

  /** Absolute path of a program; a virtual environment's link is kept, since Python finds its packages by it. */
  #findProgram(name: string): string | undefined {
    const candidates = name.includes('/')
      ? [name]
      : (this.variables['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
    const found = candidates.find(isExecutable);
    return found !== undefined && name === 'node' ? realpathSync(found) : found;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missing(name: string, why: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_INTERPRETER_MISSING', {
    message: `${name} cannot be started: ${why}`,
    fix: 'Install it, or name another interpreter: environment.python in ml.yaml, or NX_ML_PYTHON for this machine.',
    cause,
  });
}
