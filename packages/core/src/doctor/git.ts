import { countText, listText } from './finding.js';
import type { Finding } from './finding.js';
import { shallowCloneMend } from './shallow-clone.js';

export interface GitFacts {
  /** undefined: git cannot be started. */
  readonly version: string | undefined;
  /** What is below is empty where there is no repository. */
  readonly isRepository: boolean;
  readonly isShallow: boolean;
  /** Value of core.autocrlf. */
  readonly autocrlf: string | undefined;
  /** Text files under `files:` of datasets whose line ends git is free to change. */
  readonly convertibleData: readonly string[];
  /** Does .gitattributes name our driver for pointers, and does this clone know its command? */
  readonly mergeDriver: { readonly isNamed: boolean; readonly isKnown: boolean };
  /** Folders that are derived and must stay out of git. */
  readonly stateFolders: readonly StateFolderFacts[];
}

export interface StateFolderFacts {
  /** `.nx-ml` or `.nx`. */
  readonly folder: string;
  readonly isIgnored: boolean;
  /** Files of it that git tracks. */
  readonly tracked: readonly string[];
}

export function checkGit(facts: GitFacts): readonly Finding[] {
  if (facts.version === undefined)
    return [
      {
        check: 'git',
        grade: 'problem',
        about: 'git',
        says: 'it cannot be started, and Nx tells by it what changed',
        mend: 'Install git, and see that it is on the PATH.',
      },
    ];
  if (!facts.isRepository)
    return [
      {
        check: 'git',
        grade: 'problem',
        about: 'git',
        says: 'the workspace is in no git repository, so nx affected cannot tell what changed',
        mend: 'git init',
      },
    ];
  return [...history(facts), ...lineEnds(facts), ...merging(facts), ...facts.stateFolders.map(stateFolder)];
}

function history({ version = '', isShallow }: GitFacts): readonly Finding[] {
  const found: Finding = { check: 'git', grade: 'ok', about: 'git', says: version };
  if (!isShallow) return [{ ...found, says: `${version}, with the whole history` }];
  return [
    found,
    {
      check: 'git-history',
      grade: 'note',
      about: 'history',
      says: 'this clone is shallow: nx affected fails where its base commit was not fetched',
      mend: shallowCloneMend,
    },
  ];
}

function lineEnds({ autocrlf, convertibleData: files }: GitFacts): readonly Finding[] {
  if (autocrlf?.toLowerCase() !== 'true' || files.length === 0) return [];
  return [
    {
      check: 'git-line-ends',
      grade: 'warning',
      about: 'line ends',
      says: `core.autocrlf is true, so git rewrites ${listText(files)} here: other digests than elsewhere, and everything trains again`,
      mend: `Add to .gitattributes: ${[...new Set(files.map(attributePattern))].join(', ')} -text. Then check the files out anew.`,
    },
  ];
}

function merging({ mergeDriver: { isNamed, isKnown } }: GitFacts): readonly Finding[] {
  if (!isNamed || isKnown) return [];
  return [
    {
      check: 'git-merge-driver',
      grade: 'warning',
      about: 'merging',
      says: 'this clone does not know how to merge data: two branches that each add files will conflict',
      mend: 'nx-ml data merge-driver --install',
    },
  ];
}

/** All files of that kind in the folder; git's patterns know no spaces. */
function attributePattern(path: string): string {
  const [, folder = '', , ending = ''] = /^(.*\/)?([^/]*?)(\.[^./]+)?$/.exec(path) ?? [];
  return `${folder}*${ending}`.replaceAll(' ', '?');
}

function stateFolder({ folder, isIgnored, tracked }: StateFolderFacts): Finding {
  const check = 'git-derived-files';
  const about = folder;
  if (tracked.length > 0)
    return {
      check,
      grade: 'problem',
      about,
      says: `${countText(tracked.length, 'derived file')} of it ${tracked.length === 1 ? 'is' : 'are'} committed: ${listText(tracked)}`,
      mend: `git rm -r --cached ${folder}${isIgnored ? '' : ` && echo ${folder} >> .gitignore`}`,
    };
  if (isIgnored) return { check, grade: 'ok', about, says: 'ignored by git' };
  return {
    check,
    grade: 'warning',
    about,
    says: 'git does not ignore it: the next git add commits what is derived',
    mend: `echo ${folder} >> .gitignore`,
  };
}
