import type { RegisteredWorkspace } from '../../../gc/index.js';
import { isJsonObject, MlError } from '../../../kernel/index.js';
import { registrationId } from '../registration-id.js';

/** @throws MlError ERR_ML_DOCUMENT_INVALID, also for the word of another workspace than the name says */
export function decodeRegistration(
  text: string | undefined,
  { id, path }: { readonly id: string; readonly path: string },
): RegisteredWorkspace {
  const found = fieldsOf(parsed(text));
  if (found === undefined) throw tellsOfNone(path, 'its fields are not those of a registration of format 1');
  if (registrationId(found.host, found.path) !== id)
    throw tellsOfNone(path, 'its name is that of another one');
  return { id, ...found };
}

/** By hand, for to load what checks by a schema takes half the time of `nx-ml store status`. */
function fieldsOf(value: unknown): Omit<RegisteredWorkspace, 'id'> | undefined {
  if (!isJsonObject(value) || value['formatVersion'] !== 1 || Object.keys(value).length !== 5)
    return undefined;
  const { host, path, inode, git } = value;
  if (!isText(host, 500) || !isText(path, 5000) || path === '' || !isText(inode, 30)) return undefined;
  return git === null || isText(git, 5000) ? { host, path, inode, git } : undefined;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest;
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
