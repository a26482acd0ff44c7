import type { RegisteredWorkspace } from '../../../gc/index.js';
import { MlError } from '../../../kernel/index.js';
import * as z from '../../../kernel/zod.js';
import { registrationId } from '../registration-id.js';

const schema = z.strictObject({
  formatVersion: z.literal(1),
  host: z.string().max(500),
  path: z.string().min(1).max(5000),
  inode: z.string().max(30),
  git: z.string().max(5000).nullable(),
});

/** @throws MlError ERR_ML_DOCUMENT_INVALID, also for the word of another workspace than the name says */
export function decodeRegistration(
  text: string | undefined,
  { id, path }: { readonly id: string; readonly path: string },
): RegisteredWorkspace {
  const result = schema.safeParse(parsed(text));
  if (!result.success) throw tellsOfNone(path, result.error.issues[0]?.message ?? 'invalid');
  const { host, path: folder, inode, git } = result.data;
  if (registrationId(host, folder) !== id) throw tellsOfNone(path, 'its name is that of another one');
  return { id, host, path: folder, inode, git };
}

function tellsOfNone(path: string, why: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${path} tells of no workspace: ${why}`,
    fix: 'Run any nx-ml command that writes in each workspace that uses this store, then remove that file.',
  });
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
