import { isDigest } from '../kernel/index.js';
import type { ObjectRef } from '../store/index.js';

/** Longer texts under a pointer's name are no pointers. Bytes. */
export const longestPointer = 1_000_000;

/** `<name>.ref.json` or `<name>.dvc`; DVC's own folder is none. */
const pointerName = /^(?:.*\/)?[^/]+?(?<ending>\.ref\.json|\.dvc)$/s;

/** Is it one of ours? */
export function isOwnPointer(path: string): boolean {
  return pointerName.exec(path)?.groups?.['ending'] === '.ref.json';
}

/** Is it one of ours, or a .dvc file? */
export function isPointerPath(path: string): boolean {
  return pointerName.test(path);
}

/**
 * Where the data of a pointer lies: beside it, under its name without the ending. (A .dvc file can name another path; its
 * text tells, and nearly none does.)
 */
export function dataPathOf(pointer: string): string {
  const ending = pointerName.exec(pointer)?.groups?.['ending'] ?? '';
  return pointer.slice(0, pointer.length - ending.length);
}

/** Just what plainPointer writes. */
const canonical =
  /^\{\n {2}"digest": "(sha256:[0-9a-f]{64})",\n {2}"files": (0|[1-9]\d{0,14}),\n {2}"formatVersion": 1,\n {2}"kind": "(file|tree)",\n {2}"size": (0|[1-9]\d{0,14})\n\}\n$/;

/** The text of a pointer without a source, as encodePointer writes it; like readPointer, without a schema. */
export function plainPointer({ digest, files, kind, size }: ObjectRef): string {
  return `{
  "digest": "${digest}",
  "files": ${String(files)},
  "formatVersion": 1,
  "kind": "${kind}",
  "size": ${String(size)}
}
`;
}

/**
 * What a pointer says. Nearly all are as we write them, and those cost no schema: loading one takes longer than a look at
 * thousands of files. Any other text goes to the reader that knows them all.
 *
 * @param file for messages.
 * @throws MlError ERR_ML_POINTER_INVALID
 */
export async function readPointer(text: string, file: string): Promise<ObjectRef> {
  const [, digest, files, kind, size] = canonical.exec(text) ?? [];
  if (isDigest(digest) && (kind === 'tree' || files === '1'))
    return { kind: kind === 'tree' ? 'tree' : 'file', digest, size: Number(size), files: Number(files) };
  const { decodePointer } = await import('../documents/index.js');
  return decodePointer(text, file);
}
