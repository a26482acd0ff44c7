import type { DataRef } from '../../data/index.js';
import type { ForeignSum } from '../../interop/foreign/index.js';
import { contentChanges } from './content-changes.js';
import type { Content, DataChange } from './content-changes.js';

/** The sums by which two versions of some data can be compared, the one to be relied on first. */
const sumKinds = ['sha256', 'md5', 'md5-dos2unix'] as const satisfies readonly ForeignSum['kind'][];
export type SumKind = (typeof sumKinds)[number];

/** One version of some data: what a pointer names, or what lies in the workspace. */
export interface DataSide {
  /** Where the data lies; workspace-relative. */
  readonly path: string;
  readonly ref: DataRef;
  /** One word for all of it by sums of a kind; undefined where it is not known by these. */
  identity(by: SumKind): Promise<string | undefined>;
  /** Its files by sums of a kind; undefined where their list is not here. */
  content(by: SumKind): Promise<Content | undefined>;
}

/** What a pointer names. */
export interface PointedSide extends DataSide {
  /** Has the store, or for DVC its cache, what stands for all of it: the file, or the list of files? */
  isListed(): Promise<boolean>;
  /**
   * How many files the store lacks, and for DVC its cache too.
   *
   * @param among those below the data that are meant; all where it is not given.
   */
  missing(among?: ReadonlySet<string>): Promise<number>;
}

/** @param pointed one that a pointer names: how it names its data decides what has to be known of the other. */
export async function isSameData(pointed: DataSide, other: DataSide): Promise<boolean> {
  for (const by of sumKinds) {
    const named = await pointed.identity(by);
    const found = named === undefined ? undefined : await other.identity(by);
    if (found !== undefined) return named === found;
  }
  return false;
}

/** What changed from one version to the other; undefined where their files are not known by sums of one kind. */
export async function changesBetween(
  before: DataSide,
  after: DataSide,
): Promise<readonly DataChange[] | undefined> {
  const contents = await commonContents(before, after);
  return contents && contentChanges(...contents);
}

/** Two versions by sums of one kind. */
export async function commonContents(
  before: DataSide,
  after: DataSide,
): Promise<readonly [Content, Content] | undefined> {
  for (const by of sumKinds) {
    const old = await before.content(by);
    const now = old === undefined ? undefined : await after.content(by);
    if (old !== undefined && now !== undefined) return [old, now];
  }
  return undefined;
}
