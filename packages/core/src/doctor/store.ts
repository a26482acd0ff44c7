import { countText } from './finding.js';
import type { Finding } from './finding.js';

export interface StoreFacts {
  /** Absolute. */
  readonly folder: string;
  readonly chosenBy: 'NX_ML_STORE' | 'nx-ml';
  readonly state:
    | { readonly is: 'absent' }
    | { readonly is: 'open'; readonly formatVersion: number }
    | { readonly is: 'unusable'; readonly message: string; readonly fix: string };
  /** Why nothing can be written there; undefined: it can. */
  readonly readOnly: string | undefined;
  /** Does it lie on the file system of the workspace? undefined: cannot be told. */
  readonly isBesideWorkspace: boolean | undefined;
  /** Bytes that this user may still write; undefined: cannot be told. */
  readonly free: number | undefined;
  /** Damaged objects that were set aside. */
  readonly quarantined: number;
  /** What writers left that died: older than a day. */
  readonly abandoned: { readonly files: number; readonly bytes: number };
}

const lowSpace = 2_000_000_000;

export function checkStore(facts: StoreFacts): readonly Finding[] {
  if (facts.state.is === 'unusable')
    return [
      {
        check: 'store',
        grade: 'problem',
        about: 'store',
        says: facts.state.message,
        mend: facts.state.fix,
      },
    ];
  return [
    opened(facts),
    ...writable(facts),
    ...placement(facts),
    ...space(facts),
    ...quarantine(facts),
    ...abandoned(facts),
  ];
}

function opened({ folder, chosenBy, state }: StoreFacts): Finding {
  const where = chosenBy === 'NX_ML_STORE' ? `${folder}, by NX_ML_STORE` : folder;
  const says =
    state.is === 'open'
      ? `${where}, format ${String(state.formatVersion)}`
      : `${where}, made at the first run`;
  return { check: 'store', grade: 'ok', about: 'store', says };
}

function writable({ readOnly }: StoreFacts): readonly Finding[] {
  if (readOnly === undefined) return [];
  return [
    {
      check: 'store-writable',
      grade: 'problem',
      about: 'store',
      says: `${readOnly}: known results are restored, and no new one can be kept`,
      mend: 'Give yourself permission there, or name another folder in NX_ML_STORE.',
    },
  ];
}

function placement({ isBesideWorkspace }: StoreFacts): readonly Finding[] {
  if (isBesideWorkspace !== false) return [];
  return [
    {
      check: 'store-file-system',
      grade: 'note',
      about: 'file system',
      says: 'another one than that of the workspace: models are copied to whoever reads them, not linked',
      mend: 'Set NX_ML_STORE to a folder on the disk of the workspace.',
    },
  ];
}

function space({ free }: StoreFacts): readonly Finding[] {
  if (free === undefined) return [];
  const check = 'store-space';
  const about = 'free space';
  const says = `${(free / 1_000_000_000).toFixed(1)} GB`;
  if (free >= lowSpace) return [{ check, grade: 'ok', about, says }];
  return [
    {
      check,
      grade: 'warning',
      about,
      says: `${says}: a run whose outputs do not fit is lost at its end`,
      mend: 'Free some space there, or set NX_ML_STORE to a folder on a larger disk.',
    },
  ];
}

function quarantine({ quarantined, folder }: StoreFacts): readonly Finding[] {
  if (quarantined === 0) return [];
  return [
    {
      check: 'store-quarantine',
      grade: 'warning',
      about: 'quarantine',
      says: `${countText(quarantined, 'object')} did not match ${quarantined === 1 ? 'its' : 'their'} digest and ${quarantined === 1 ? 'was' : 'were'} set aside: a disk, memory, or somebody writing into the store`,
      mend: `Have the disk checked, then remove what is in ${folder}/quarantine`,
    },
  ];
}

function abandoned({ abandoned: { files, bytes } }: StoreFacts): readonly Finding[] {
  if (files === 0) return [];
  return [
    {
      check: 'store-abandoned',
      grade: 'note',
      about: 'tmp',
      says: `${countText(files, 'file')} of writers that died more than a day ago, ${(bytes / 1_000_000).toFixed(1)} MB; the next run removes ${files === 1 ? 'it' : 'them'}`,
    },
  ];
}
