import { listText } from './finding.js';
import type { Finding } from './finding.js';

export interface CacheFacts {
  /** Absolute. */
  readonly folder: string;
  readonly chosenBy: 'NX_CACHE_DIRECTORY' | 'nx.json' | 'Nx';
  /** Why Nx could not write there; undefined: it can. */
  readonly unusable: string | undefined;
  /** The folder is missing or empty, and Nx's task database in the workspace is there. */
  readonly isEmptyBesideDatabase: boolean;
  readonly isCi: boolean;
  /** Installed remote caches that Nx deprecated. */
  readonly deprecated: readonly string[];
}

export function checkCache(facts: CacheFacts): readonly Finding[] {
  return [folder(facts), ...moved(facts), ...inCi(facts), remote(facts)];
}

const choosers: Readonly<Record<CacheFacts['chosenBy'], string>> = {
  NX_CACHE_DIRECTORY: ', by NX_CACHE_DIRECTORY',
  'nx.json': ', by cacheDirectory in nx.json',
  Nx: '',
};

function folder({ folder: path, chosenBy, unusable }: CacheFacts): Finding {
  const check = 'cache-folder';
  const about = 'Nx cache';
  const where = `${path}${choosers[chosenBy]}`;
  if (unusable === undefined) return { check, grade: 'ok', about, says: where };
  return {
    check,
    grade: 'problem',
    about,
    says: `${where}: ${unusable}, so that nothing is kept`,
    mend:
      chosenBy === 'Nx'
        ? 'Give yourself permission there, or set NX_CACHE_DIRECTORY.'
        : `Give yourself permission there, or name another folder in ${chosenBy}.`,
  };
}

/** Where the folder is chosen, Nx keeps its task database apart from it, and the two can part ways. */
function moved({ chosenBy, isEmptyBesideDatabase }: CacheFacts): readonly Finding[] {
  const check = 'cache-moved';
  const about = 'Nx cache';
  if (chosenBy !== 'Nx' && isEmptyBesideDatabase)
    return [
      {
        check,
        grade: 'warning',
        about,
        says: 'the folder is empty and Nx’s task database is not: Nx may claim a hit and bring no outputs',
        mend: 'npx nx reset',
      },
    ];
  if (chosenBy !== 'NX_CACHE_DIRECTORY') return [];
  return [
    {
      check,
      grade: 'note',
      about,
      says: 'the variable moves the cache and not Nx’s task database; where they part, Nx may claim a hit and bring no outputs',
      mend: 'Set it the same in every terminal and job, or "cacheDirectory" in nx.json; after a move: npx nx reset',
    },
  ];
}

function inCi({ isCi, chosenBy }: CacheFacts): readonly Finding[] {
  if (!isCi || chosenBy !== 'Nx') return [];
  return [
    {
      check: 'cache-ci',
      grade: 'note',
      about: 'CI',
      says: 'Nx chooses its cache folder outside the workspace, where no CI job keeps it',
      mend: 'Set NX_CACHE_DIRECTORY to .nx/cache in the job, and keep that folder between jobs.',
    },
  ];
}

/** A pull request can compute the hash of main and write a poisoned result first. */
function remote({ deprecated }: CacheFacts): Finding {
  const check = 'cache-remote';
  const about = 'remote cache';
  const [first] = deprecated;
  if (first === undefined) return { check, grade: 'ok', about, says: 'no deprecated one is installed' };
  return {
    check,
    grade: 'problem',
    about,
    says: `${listText(deprecated)}: whoever may open a pull request can put results into it that main then takes for its own (CVE-2025-36852)`,
    mend: `npm uninstall ${deprecated.join(' ')}; then a cache server with one token for main that writes and one for pull requests that reads`,
  };
}
