import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

import { rootUnreadable } from '../../../gc/index.js';

/** Variables by which git is told of another repository, as it is in a hook, are left out. */
function gitEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('GIT_') || name.startsWith('GIT_CONFIG_'),
  );
  return {
    ...Object.fromEntries(own),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    // Replaced commits would hide what they replace.
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    ...extra,
  };
}

export interface GitQuestion {
  /** A worktree, or the git folder itself. */
  readonly cwd: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Gives what another command writes as input. */
  readonly from?: ChildProcess;
  /** Exit codes that are answers; 0 where not said. */
  readonly answers?: readonly number[];
}

/** Starts git. Whoever does not read its output to the end ends it. */
export function startGit({ cwd, args, env = {} }: GitQuestion): ChildProcess {
  return spawn('git', args, { cwd, env: gitEnvironment(env), stdio: ['pipe', 'pipe', 'pipe'] });
}

/** What git answers, whole. @throws MlError ERR_ML_ROOTS_UNREADABLE when it fails: no answer is no empty answer. */
export async function askGit(question: GitQuestion): Promise<Buffer> {
  const child = startGit(question);
  const [output, errors] = [collect(child.stdout), collect(child.stderr)];
  // A command that ends early does not read its input; its exit code tells why.
  child.stdin?.on('error', () => undefined);
  if (question.from?.stdout != null && child.stdin !== null) question.from.stdout.pipe(child.stdin);
  else child.stdin?.end(question.input ?? '');
  const code = await exitCode(child, question);
  if ((question.answers ?? [0]).includes(code ?? -1)) return output();
  throw gitFailed(question, errors().toString('utf8'));
}

/** @throws MlError ERR_ML_ROOTS_UNREADABLE where git cannot be started. */
export async function exitCode(child: ChildProcess, question: GitQuestion): Promise<number | null> {
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
  } catch (cause) {
    throw rootUnreadable(
      `git cannot be started in ${question.cwd}`,
      'Install git, and see that the folder is there.',
      cause,
    );
  }
}

export function collect(stream: NodeJS.ReadableStream | null): () => Buffer {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks);
}

export function gitFailed({ cwd, args }: GitQuestion, errors: string): Error {
  const says = errors.trim().split('\n').slice(0, 3).join(' ');
  return rootUnreadable(
    `git ${args.slice(0, 2).join(' ')} failed in ${cwd}: ${says}`,
    'Mend the repository (git fsck tells more).',
  );
}
