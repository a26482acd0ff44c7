import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

import { messageOf, MlError } from '../../kernel/index.js';
import { ProcessGroup } from './process-group.js';

export interface HookCommand {
  /** A command line for the shell. */
  readonly command: string;
  /** Absolute: where it is started. */
  readonly cwd: string;
  /** All that it sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface HookCall {
  /** Which call of the port, told as ML_DEPLOY too, so that a shell script needs no parser to choose. */
  readonly call: string;
  /** What is written to its standard input, as one JSON document. */
  readonly document: unknown;
  /** Milliseconds until it is ended. */
  readonly within: number;
  readonly signal?: AbortSignal | undefined;
}

/** Answers are small: more than this is none. */
const MOST_BYTES = 8_000_000;
/** Of what it says on its standard error: enough for a message. */
const MOST_WORDS = 64_000;

type Hook = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Runs the command for one call, in a process group that is gone when this resolves.
 *
 * @returns what it printed, as JSON
 * @throws MlError ERR_ML_DEPLOY_TARGET where it cannot be started, fails, takes too long, or prints no JSON
 */
export async function runHook(hook: HookCommand, call: HookCall): Promise<unknown> {
  const child = spawn('/bin/sh', ['-c', hook.command], {
    cwd: hook.cwd,
    env: { ...hook.env, ML_DEPLOY: call.call },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const group = child.pid === undefined ? undefined : new ProcessGroup(child.pid);
  try {
    return jsonIn(await printedBy(child, call), call);
  } catch (cause) {
    throw new MlError('ERR_ML_DEPLOY_TARGET', {
      message: `The deploy command fails at "${call.call}": ${messageOf(cause)}`,
      fix: `Run it by hand with ML_DEPLOY=${call.call} and the document of docs/design/deploy.md on its standard input: ${hook.command}`,
      cause,
    });
  } finally {
    await group?.end();
  }
}

function jsonIn(text: string, { call }: HookCall): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(`it must print one JSON document at "${call}", and printed ${shown(text)}`);
  }
}

async function printedBy(child: Hook, { document, within, signal }: HookCall): Promise<string> {
  const limits = new AbortController();
  const timer = setTimeout(() => {
    limits.abort(new Error(`it gave no answer within ${String(within / 1000)} s`));
  }, within);
  const cancel = (): void => {
    limits.abort(new Error('it was cancelled'));
  };
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted === true) cancel();
  try {
    return await Promise.race([answerOf(child, document), aborted(limits.signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** A command that reads nothing closes its input early: what matters is what it prints. */
async function answerOf(child: Hook, document: unknown): Promise<string> {
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${JSON.stringify(document)}\n`);
  const [code, printed, said] = await Promise.all([
    exitOf(child),
    textOf(child.stdout, MOST_BYTES),
    wordsOf(child.stderr),
  ]);
  if (code !== '0') throw new Error(`it ended with ${code}${said === '' ? '' : `: ${shown(said)}`}`);
  return printed;
}

function exitOf(child: Hook): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(String(code ?? signal));
    });
  });
}

async function textOf(stream: Readable, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += (chunk as Buffer).length;
    if (size > most) throw new Error(`it printed more than ${String(most)} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The end of it: that is where errors stand. */
async function wordsOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text = `${text}${String(chunk)}`.slice(-MOST_WORDS);
  return text;
}

function shown(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? '';
  return line === '' ? 'nothing' : JSON.stringify(line.slice(0, 300));
}
