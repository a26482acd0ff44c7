import type { PointerRoot, RootPlace } from '../../../gc/index.js';
import { askGit } from './git-command.js';
import { readHistory, readIndex, readTree } from './history.js';
import type { FoundText, FoundTexts } from './history.js';
import { gitFoldersOf } from './repository.js';
import { namesSetAside } from './set-aside.js';
import { textsOf, thingsNamed } from './texts.js';

export interface RepositoryRoots {
  readonly pointers: readonly PointerRoot[];
  readonly branches: readonly string[];
}

/**
 * The pointers of a repository: those of all history, and those in the indexes of its worktrees.
 *
 * @param git its git folder.
 * @param tops folders of its worktrees.
 * @throws MlError ERR_ML_ROOTS_UNREADABLE
 */
export async function readRepository(git: string, tops: readonly string[]): Promise<RepositoryRoots> {
  const history: FoundTexts = new Map();
  const index: FoundTexts = new Map();
  const refs = await refsOf(git);
  // Trees are set aside as well, by a merge that goes on: all that is in them is in a commit, the index or a file.
  const setAside = await thingsNamed(git, [...new Set(gitFoldersOf(git).flatMap(namesSetAside))]);
  const commits = setAside.filter(({ type }) => type === 'commit' || type === 'tag').map(({ id }) => id);
  await readHistory(git, commits, history);
  const tagged = refs.flatMap(({ name, type }) => (type === 'commit' ? [] : [`${name}^{}`]));
  for (const { id, type } of await thingsNamed(git, tagged))
    if (type === 'tree') await readTree(git, id, history);
  for (const top of tops) await readIndex(top, index);
  const texts = await textsOf(git, [...new Set([...history.keys(), ...index.keys()])]);
  const rootsIn = (found: FoundTexts, place: (blob: string, text: FoundText) => RootPlace): PointerRoot[] =>
    [...found].flatMap(([blob, paths]) =>
      [...paths.values()].map((text) => {
        const { size, text: content } = texts.get(blob) ?? { size: 0, text: '' };
        return { path: text.path, size, text: content, place: place(blob, text) };
      }),
    );
  const pointers = [
    ...rootsIn(history, (blob, { commit }) => ({
      in: 'history',
      repository: git,
      blob,
      ...(commit === undefined ? {} : { commit }),
    })),
    ...rootsIn(index, (blob) => ({ in: 'index', repository: git, blob })),
  ];
  return { pointers, branches: refs.flatMap(({ name }) => branchOf(name)) };
}

async function refsOf(git: string): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const args = ['for-each-ref', '--format=%(refname) %(objecttype)'];
  const lines = (await askGit({ cwd: git, args, env: { GIT_DIR: git } })).toString('utf8').split('\n');
  return lines.flatMap((line) => {
    const [name = '', type = ''] = line.split(' ');
    return name === '' ? [] : [{ name, type }];
  });
}

function branchOf(ref: string): readonly string[] {
  const [, name] = /^refs\/(?:heads|remotes\/[^/]+)\/(.+)$/.exec(ref) ?? [];
  return name === undefined ? [] : [name];
}
