import type { RegisteredWorkspace } from '../../../gc/index.js';
import { MlError } from '../../../kernel/index.js';
import * as z from '../../../kernel/zod.js';

const schema = z.strictObject({
  formatVersion: z.literal(1),
  host: z.string().max(500),
  path: z.string().min(1).max(5000),
  inode: z.string().max(30),
  git: z.string().max(5000).nullable(),
});

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export function decodeRegistration(
  text: string | undefined,
  { id, path }: { readonly id: string; readonly path: string },
): RegisteredWorkspace {
  const result = schema.safeParse(parsed(text));
  if (!result.success)
    throw new MlError('ERR_ML_DOCUMENT_INVALID', {
      message: `${path} tells of no workspace: ${result.error.issues[0]?.message ?? 'invalid'}`,
      fix: 'Run any nx-ml command that writes in each workspace that uses this store, then remove that file.',
    });
  const { host, path: folder, inode, git } = result.data;
  return { id, host, path: folder, inode, git };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
