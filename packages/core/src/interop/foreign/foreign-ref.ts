import { canonicalJson } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';

/**
 * What a foreign tool names bytes by. `md5-dos2unix` is DVC 2's: line ends of texts are read as `\n` first. `git-sha1` is that
 * of a git blob, over its header and its bytes.
 */
export interface ForeignSum {
  readonly kind: 'md5' | 'md5-dos2unix' | 'sha256' | 'git-sha1';
  /** Lower-case. */
  readonly hex: string;
}

/** A file or folder that DVC keeps. */
export interface DvcRef {
  readonly tool: 'dvc';
  /** The .dvc file; workspace-relative. */
  readonly file: string;
  /** Where DVC has the data in the workspace; workspace-relative. */
  readonly path: string;
  /** Of the file; of the list of files for a folder. */
  readonly sum: ForeignSum;
  readonly isFolder: boolean;
  /** Bytes of all files, and how many they are, where DVC noted it. Nothing relies on it. */
  readonly size?: number | undefined;
  readonly files?: number | undefined;
  /** The remote that the .dvc file names, if it names one. */
  readonly remote?: string | undefined;
}

/** Files of one commit of a dataset of the Hugging Face hub. */
export interface HubRef {
  readonly tool: 'huggingface';
  readonly repo: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** Globs; what they match is the dataset. */
  readonly files: readonly string[];
}

export type ForeignRef = DvcRef | HubRef;

/** All of a foreign name that decides which bytes it means, and nothing that does not. */
export function foreignName(ref: ForeignRef): JsonObject {
  if (ref.tool === 'huggingface')
    return { tool: ref.tool, repo: ref.repo, commit: ref.commit, files: ref.files };
  const { tool, sum, isFolder } = ref;
  const name = isFolder ? {} : { name: ref.path.slice(ref.path.lastIndexOf('/') + 1) };
  return { tool, sum: sum.kind, hex: sum.hex, folder: isFolder, ...name };
}

/** For messages: `data/raw.csv (md5 22a1a2931c83)`. */
export function foreignText(ref: ForeignRef): string {
  if (ref.tool === 'huggingface') return `${ref.repo}@${ref.commit.slice(0, 12)}`;
  return `${ref.path} (md5 ${ref.sum.hex.slice(0, 12)})`;
}

export function isSameName(a: JsonObject, b: JsonObject): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
