import { spawnSync } from 'node:child_process';

import type { GitFacts, StateFolderFacts } from '@nx-ml/core/doctor';

/** Asks git about one repository; nothing of it is changed. */
export class GitQuestions {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Standard output; undefined where git cannot be started or says no. */
  ask(args: readonly string[], input = ''): string | undefined {
    const { status, stdout } = spawnSync('git', args, {
      cwd: this.#root,
      input,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
    });
    return status === 0 ? stdout : undefined;
  }

  /** Does the clone lack commits before the oldest that it has? */
  isShallow(): boolean {
    return this.ask(['rev-parse', '--is-shallow-repository'])?.trim() === 'true';
  }

  /** Files that git tracks, of those or below those. */
  tracked(paths: readonly string[]): readonly string[] {
    if (paths.length === 0) return [];
    return fields(this.ask(['ls-files', '-z', '--', ...paths.map((path) => `:(literal)${path}`)]));
  }

  /** The rule that ignores each path: `.gitignore:3 data/`. Tracked files count too: Nx goes by the rules. */
  ignoreRules(paths: readonly string[]): ReadonlyMap<string, string> {
    const said = fields(this.ask(['check-ignore', '--no-index', '-v', '-z', '--stdin'], paths.join('\0')));
    const rules = new Map<string, string>();
    for (let at = 0; at + 3 < said.length; at += 4) {
      const [source = '', line = '', pattern = '', path = ''] = said.slice(at, at + 4);
      if (!pattern.startsWith('!')) rules.set(path, `${source}:${line} ${pattern}`);
    }
    return rules;
  }
}

export function gitFacts(git: GitQuestions, dataFiles: readonly string[]): GitFacts {
  const version = git.ask(['--version'])?.replace('git version ', '').trim();
  const isRepository = git.ask(['rev-parse', '--is-inside-work-tree'])?.trim() === 'true';
  const autocrlf = git.ask(['config', '--get', 'core.autocrlf'])?.trim();
  return {
    version,
    isRepository,
    isShallow: git.isShallow(),
    autocrlf,
    convertibleData: autocrlf === undefined ? [] : convertible(git, dataFiles),
    mergeDriver: {
      isNamed: git.ask(['check-attr', 'merge', '--', 'data.ref.json'])?.includes('nx-ml-pointer') === true,
      isKnown: git.ask(['config', '--get', 'merge.nx-ml-pointer.driver']) !== undefined,
    },
    stateFolders: isRepository ? ['.nx-ml', '.nx'].map((folder) => stateFolder(git, folder)) : [],
  };
}

/** Tracked text whose line ends no attribute fixes; git tells both beside each name. */
function convertible(git: GitQuestions, files: readonly string[]): readonly string[] {
  if (files.length === 0) return [];
  const lines = fields(
    git.ask(['ls-files', '--eol', '-z', '--', ...files.map((path) => `:(literal)${path}`)]),
  );
  return lines.flatMap((line) => {
    const [info = '', path = ''] = line.split('\t');
    const isText = /^i\/(lf|mixed)\b/.test(info);
    const isFixed = /attr\/(-text|.*\beol=)/.test(info);
    return isText && !isFixed ? [path] : [];
  });
}

/** The rules of the repository alone: what one user ignores everywhere helps nobody else. */
function stateFolder(git: GitQuestions, folder: string): StateFolderFacts {
  const args = ['-c', 'core.excludesFile=', 'check-ignore', '--no-index', '--quiet', `${folder}/file`];
  return { folder, isIgnored: git.ask(args) !== undefined, tracked: git.tracked([folder]) };
}

function fields(text: string | undefined): readonly string[] {
  return (text ?? '').split('\0').filter((field) => field !== '');
}
