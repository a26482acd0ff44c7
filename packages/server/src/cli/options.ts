import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { messageOf, MlError } from '@nx-ml/core/kernel';

import type { Io } from './command.js';

/** What may stand behind a command; `--state` always may. */
export interface OptionNames {
  /** Of the command; its first line is the usage. */
  readonly help: string;
  /** Options with a value. */
  readonly texts?: readonly string[];
  /** Options without one. */
  readonly switches?: readonly string[];
  /** Words that are no options, at most. */
  readonly operands?: number;
}

/** What was typed behind a command, and what variables say where it was not. */
export class Options {
  readonly operands: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #io: Io;
  readonly #help: string;

  /** Strict: an option may neither be unknown nor given twice. @throws MlError ERR_ML_USAGE */
  constructor(args: readonly string[], io: Io, names: OptionNames) {
    this.#io = io;
    this.#help = names.help;
    const { values, operands } = this.#parse(args, names);
    this.#values = values;
    this.operands = operands;
    const extra = operands.slice(names.operands ?? 0);
    if (extra.length > 0) throw this.misuse(`"${extra.join(' ')}" stands for nothing`);
  }

  /** What was typed. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  has(name: string): boolean {
    return this.#values[name] === true;
  }

  /** What was typed, else what `NX_ML_SERVER_NAME` says; neither is ever empty. */
  setting(name: string): string | undefined {
    const value = this.text(name) ?? this.#io.env[variableOf(name)];
    return value === '' ? undefined : value;
  }

  /** A switch that was typed, or whose variable is 1. */
  isSet(name: string): boolean {
    return this.has(name) || this.#io.env[variableOf(name)] === '1';
  }

  /** A path is meant from where the command was typed. Undefined for none. */
  path(name: string): string | undefined {
    const value = this.setting(name);
    return value === undefined ? undefined : resolve(this.#io.cwd, value);
  }

  /**
   * The state folder, absolute. There is no default: root and the user of the service would each have one of their own, and a token
   * minted into the wrong one is never known.
   *
   * @throws MlError ERR_ML_USAGE
   */
  state(): string {
    const path = this.path('state');
    if (path === undefined) throw this.misuse(unnamed('state folder', 'state'));
    return path;
  }

  /** An absolute folder, or an address. @throws MlError ERR_ML_USAGE */
  storage(): string {
    const text = this.setting('storage');
    if (text === undefined) throw this.misuse(unnamed('storage', 'storage'));
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : resolve(this.#io.cwd, text);
  }

  /** A command line that cannot be understood; its mend is the usage. */
  misuse(message: string, cause?: unknown): MlError {
    const fix = `Usage: ${this.#help.split('\n')[0] ?? ''}`;
    return new MlError('ERR_ML_USAGE', { message, fix, cause });
  }

  #parse(
    args: readonly string[],
    { texts = [], switches = [] }: OptionNames,
  ): { values: Readonly<Record<string, unknown>>; operands: readonly string[] } {
    const options: Record<string, { type: 'string' | 'boolean' }> = {};
    for (const name of ['state', ...texts]) options[name] = { type: 'string' };
    for (const name of switches) options[name] = { type: 'boolean' };
    try {
      const { values, positionals, tokens } = parseArgs({
        args: [...args],
        options,
        allowPositionals: true,
        strict: true,
        tokens: true,
      });
      const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) throw new Error(`--${twice} is given twice`);
      return { values, operands: positionals };
    } catch (cause) {
      throw this.misuse(messageOf(cause).split('. ')[0] ?? '', cause);
    }
  }
}

function unnamed(what: string, option: string): string {
  return `No ${what} is named, neither by --${option} nor by ${variableOf(option)}`;
}

/** `--tls-cert` is `NX_ML_SERVER_TLS_CERT`. */
function variableOf(option: string): string {
  return `NX_ML_SERVER_${option.replaceAll('-', '_').toUpperCase()}`;
}
