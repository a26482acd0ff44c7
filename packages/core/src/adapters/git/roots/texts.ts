import { maxPointerBytes, rootUnreadable } from '../../../gc/index.js';
import { askGit } from './git-command.js';

export interface TextOfBlob {
  readonly size: number;
  /** undefined: too long to be read. */
  readonly text: string | undefined;
}

/** The texts of blobs, by two processes for all of them. @throws MlError ERR_ML_ROOTS_UNREADABLE for a missing one. */
export async function textsOf(
  git: string,
  blobs: readonly string[],
): Promise<ReadonlyMap<string, TextOfBlob>> {
  const sizes = await sizesOf(git, blobs);
  const short = blobs.filter((blob) => (sizes.get(blob) ?? 0) <= maxPointerBytes);
  const output = await catFile(git, '--batch', short);
  const texts = new Map<string, TextOfBlob>();
  for (const [blob, size] of sizes) texts.set(blob, { size, text: undefined });
  let offset = 0;
  for (const blob of short) {
    const size = sizes.get(blob) ?? 0;
    const start = output.indexOf(10, offset) + 1;
    texts.set(blob, { size, text: output.toString('utf8', start, start + size) });
    offset = start + size + 1;
  }
  return texts;
}

async function sizesOf(git: string, blobs: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const lines = (await catFile(git, '--batch-check', blobs)).toString('utf8').split('\n');
  return new Map(
    blobs.map((blob, index) => {
      const [, type, size] = (lines[index] ?? '').split(' ');
      if (type === 'blob') return [blob, Number(size)];
      throw rootUnreadable(
        `the repository ${git} does not hold ${blob}, which its history names as a pointer`,
        'Fetch it again from where the repository came from (git fsck tells what else is missing).',
      );
    }),
  );
}

/** Names of things that are there, as git calls them, and what they are: `commit`, `tree`, `tag`, `blob`. */
export async function thingsNamed(
  git: string,
  names: readonly string[],
): Promise<readonly { readonly id: string; readonly type: string }[]> {
  const lines = (await catFile(git, '--batch-check', names)).toString('utf8').split('\n');
  return lines.flatMap((line) => {
    const [id = '', type = ''] = line.split(' ');
    return ['commit', 'tree', 'tag', 'blob'].includes(type) ? [{ id, type }] : [];
  });
}

function catFile(git: string, how: string, names: readonly string[]): Promise<Buffer> {
  if (names.length === 0) return Promise.resolve(Buffer.alloc(0));
  const input = names.map((name) => `${name}\n`).join('');
  return askGit({ cwd: git, args: ['cat-file', how], env: { GIT_DIR: git }, input });
}
