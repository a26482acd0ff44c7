import { fork } from 'node:child_process';
import { extname, join } from 'node:path';

import { MlError } from '@nx-ml/core/kernel';

import type { HostOptions } from '../model-host.js';
import { findRuntime } from './find-runtime.js';
import type { Run, ThreadTask } from './messages.js';
import { threadsOf } from './threads-of.js';

/** What the trying process is told. */
export interface Trial {
  readonly task: ThreadTask;
  readonly run: Run;
}

/** What it says; a process that crashes says nothing. */
export type TrialResult = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** A test runs it from source. */
export interface TrialProgram {
  readonly file: string;
  /** Options of Node. */
  readonly nodeArgs: readonly string[];
}

const trialProgram: TrialProgram = { file: join(__dirname, `try-main${extname(__filename)}`), nodeArgs: [] };

/**
 * Loads a model and asks its example in a process of its own, which is gone when this resolves: what crashes there would have taken the
 * gateway with it, with all that it serves.
 *
 * @throws MlError ERR_ML_MODEL_LOAD, ERR_ML_MODEL_RUNTIME
 */
export async function tryOnnx(options: HostOptions, program: TrialProgram = trialProgram): Promise<void> {
  const { serving, folder, example, limits, signal } = options;
  const { runtime, signature, name } = serving;
  if (runtime.kind !== 'onnx') return;
  const task = { file: join(folder, runtime.file), runtime: findRuntime(), ...threadsOf(1), ...signature };
  const inputs = example.inputs.map(({ shape: dims, data }) => ({ dims, data }));
  const result = await resultOf(
    { task, run: { inputs, outputs: undefined, rows: [1] } },
    { program, within: limits.start, signal },
  );
  if (result.ok) return;
  throw new MlError('ERR_ML_MODEL_LOAD', {
    message: `Model "${name}" was tried in a process of its own, and ${result.why}`,
    fix: 'Package a model that answers its example.',
  });
}

interface TrialOptions {
  readonly program: TrialProgram;
  readonly within: number;
  readonly signal: AbortSignal | undefined;
}

function resultOf(trial: Trial, { program, within, signal }: TrialOptions): Promise<TrialResult> {
  return new Promise((resolve) => {
    const child = fork(program.file, {
      execArgv: [...program.nodeArgs],
      // Typed arrays pass as they are.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let result: TrialResult | undefined;
    const giveUp = (why: string): void => {
      result ??= { ok: false, why };
      child.kill('SIGKILL');
    };
    const aborted = (): void => {
      giveUp('it was given up');
    };
    const timer = setTimeout(() => {
      giveUp(`has not answered within ${String(within)} ms`);
    }, within);
    signal?.addEventListener('abort', aborted);
    const done = (why: string): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      resolve(result ?? { ok: false, why });
    };
    child.once('message', (message) => {
      result ??= message as TrialResult;
    });
    child.once('error', (error) => {
      done(`could not be started: ${error.message}`);
    });
    child.once('exit', (code, killed) => {
      done(`crashed it: ${killed ?? `exit code ${String(code)}`}`);
    });
    child.send(trial, () => undefined);
    if (signal?.aborted === true) aborted();
  });
}
