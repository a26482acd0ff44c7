import { checkRelativePath, isMlError } from '../kernel/index.js';
import * as z from '../kernel/zod.js';

/** Where imported data came from: a note for people and for an update. A run never asks it. */
export type PointerSource =
  | {
      /** http or https, without user and password. */
      readonly url: string;
    }
  | {
      /** As git takes it: a URL, or a path relative to the workspace. */
      readonly repository: string;
      /** The commit, in full. */
      readonly revision: string;
      /** Of the pointer in that repository. */
      readonly path: string;
    };

const plain = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine(
      (text) => text.isWellFormed() && !/[\p{Cc}\uFFFD]/u.test(text),
      'holds characters that no address has',
    );

const url = plain(600).refine(isPublicUrl, 'no http or https URL without user and password');
const repository = plain(300).refine(
  (text) => !text.startsWith('-') && !/^[a-z+]+:\/\/[^/@]*:[^/@]*@/i.test(text),
  'no repository, or one with a password in it',
);
const revision = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'no commit in full');
const path = plain(300).refine(isSafePath, 'no safe path');

export const pointerSource: z.ZodType<PointerSource> = z.union(
  [z.strictObject({ url }), z.strictObject({ repository, revision, path })],
  'neither {url} nor {repository, revision, path}',
);

function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

function isSafePath(text: string): boolean {
  try {
    return checkRelativePath(text) === text;
  } catch (error) {
    if (isMlError(error)) return false;
    throw error;
  }
}
