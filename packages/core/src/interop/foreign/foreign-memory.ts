import { canonicalJson, digestOf, hexOf, isDigest, MlError } from '../../kernel/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import * as z from '../../kernel/zod.js';
import type { ObjectRef } from '../../store/index.js';
import { foreignName, foreignText, isSameName } from './foreign-ref.js';
import type { ForeignRef } from './foreign-ref.js';

/** The journal in which the store keeps what a foreign name was found to be. Its first entry counts. */
export function foreignJournal(ref: ForeignRef): string {
  const hex = hexOf(digestOf(canonicalJson(foreignName(ref))));
  return `foreign/${hex.slice(0, 2)}/${hex.slice(2)}`;
}

/** @param tree what the code sees: also for a single file a folder, with that file in it. */
export function encodeForeign(ref: ForeignRef, tree: ObjectRef): JsonObject {
  const { digest, files, kind, size } = tree;
  return { formatVersion: 1, name: foreignName(ref), ref: { digest, files, kind, size } };
}

const count = z.int().min(0);
const schema = z.strictObject({
  formatVersion: z.literal(1),
  name: z.record(z.string(), z.unknown()),
  ref: z.strictObject({
    kind: z.literal('tree'),
    digest: z.custom<Digest>((value) => isDigest(value), 'not a digest'),
    size: count,
    files: count,
  }),
});

/** @throws MlError ERR_ML_DOCUMENT_INVALID for an entry that is malformed, or of another name. */
export function decodeForeign(payload: JsonObject, ref: ForeignRef): ObjectRef {
  const result = schema.safeParse(payload);
  if (result.success && isSameName(result.data.name as JsonObject, foreignName(ref))) return result.data.ref;
  throw new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `The store's memory of ${foreignText(ref)} was refused: ${result.error?.issues[0]?.message ?? 'it is of other data'}`,
    fix: `Remove the folder journals/${foreignJournal(ref)} of the store: the next run looks at the data again.`,
  });
}
