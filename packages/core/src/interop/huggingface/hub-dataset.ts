import { MlError } from '../../kernel/index.js';
import type { ForeignSum } from '../foreign/foreign-ref.js';

/** A dataset repository of the hub, as an ml.yaml names it. */
export interface HubDataset {
  /** `org/name`, or `name` for the oldest ones. */
  readonly repo: string;
  /** As written: a commit, or a name that is refused. */
  readonly revision: string;
}

const part = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const pattern = new RegExp(`^(${part}(?:/${part})?)@([A-Za-z0-9][A-Za-z0-9._/-]{0,199})$`);

/** Reads `org/name@revision`; undefined for anything else. */
export function parseHubDataset(text: string): HubDataset | undefined {
  const [, repo, revision] = pattern.exec(text) ?? [];
  if (repo === undefined || revision === undefined || text.length > 400) return undefined;
  // The cache joins the parts of a name by "--", so that one within them would make two names one.
  if (/--|\.\./.test(repo) || /\.\.|\/\/|\/$/.test(revision)) return undefined;
  return { repo, revision };
}

/** The folder of a dataset's repository, relative to the cache. */
export function hubFolder({ repo }: Pick<HubDataset, 'repo'>): string {
  return `datasets--${repo.replace('/', '--')}`;
}

export function snapshotPath(dataset: HubDataset): string {
  return `${hubFolder(dataset)}/snapshots/${dataset.revision}`;
}

/** The file that tells which commit a branch or tag was when it was last asked for. */
export function hubRefPath(dataset: HubDataset): string {
  return `${hubFolder(dataset)}/refs/${dataset.revision}`;
}

/**
 * The sum that a blob is named by.
 *
 * @param name the last part of what a file of a snapshot links to.
 * @throws MlError ERR_ML_POINTER_INVALID
 */
export function blobSum(name: string, where: string): ForeignSum {
  if (/^[0-9a-f]{64}$/.test(name)) return { kind: 'sha256', hex: name };
  if (/^[0-9a-f]{40}$/.test(name)) return { kind: 'git-sha1', hex: name };
  throw new MlError('ERR_ML_POINTER_INVALID', {
    message: `${where} leads to ${JSON.stringify(name.slice(0, 100))}, which is no blob of the Hugging Face cache`,
    fix: 'Download it again with hf download, on a file system with symbolic links: their names are what the bytes are checked by.',
  });
}
