import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { shallowCloneMend } from '@nx-ml/core/doctor';
import { MlError } from '@nx-ml/core/kernel';

import { GitQuestions } from './doctor/git-facts.js';

export interface AffectedInput {
  /** Absolute. */
  readonly root: string;
  readonly base: string;
  readonly head?: string;
}

/**
 * The projects that Nx itself counts as affected between two commits, so that a plan and `nx affected` never differ.
 *
 * @throws MlError ERR_ML_USAGE for commits that git does not have.
 */
export async function affectedProjects({ root, base, head }: AffectedInput): Promise<readonly string[]> {
  const range = [`--base=${base}`, ...(head === undefined ? [] : [`--head=${head}`])];
  const { code, output, errors } = await nx(root, ['show', 'projects', '--affected', '--json', ...range]);
  if (code === 0) return JSON.parse(output) as readonly string[];
  throw new MlError('ERR_ML_USAGE', {
    message: `Nx cannot tell what is affected since ${base}`,
    fix: missingCommit(new GitQuestions(root)),
    detail: reason(`${output}\n${errors}`),
  });
}

function missingCommit(git: GitQuestions): string {
  return git.isShallow()
    ? `This clone is shallow. All of it: ${shallowCloneMend}`
    : 'Name a commit or a branch that this clone has; git fetch brings those of the remote.';
}

/** What git says where it is git that failed, else the end of what Nx says. */
function reason(text: string): readonly string[] {
  const lines = text.trim().split('\n');
  const fatal = lines.filter((line) => line.startsWith('fatal: '));
  return fatal.length > 0 ? fatal : lines.slice(-5);
}

/** Nx cuts what it writes into a pipe at the size of one, so it writes into a file. */
async function nx(
  root: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-affected-'));
  const files = [join(folder, 'out'), join(folder, 'err')] as const;
  const handles = files.map((file) => openSync(file, 'w'));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(process.execPath, [nxProgram(root), ...args], {
        cwd: root,
        stdio: ['ignore', handles[0], handles[1]],
      });
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { code, output: readFileSync(files[0], 'utf8'), errors: readFileSync(files[1], 'utf8') };
  } finally {
    for (const handle of handles) closeSync(handle);
    rmSync(folder, { recursive: true, force: true });
  }
}

function nxProgram(root: string): string {
  const manifest = createRequire(join(root, 'package.json')).resolve('nx/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly bin: { readonly nx: string } };
  return join(dirname(manifest), bin.nx);
}
