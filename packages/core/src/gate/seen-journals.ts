import { digest, formatVersion1, prettyJson } from '../documents/index.js';
import { isJsonObject, MlError } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import type { Remembered } from './remembered.js';

/** How far the journals of test sets were seen, by the test set's name. */
export type SeenJournals = Readonly<Record<string, Remembered>>;

const schema = z.strictObject({
  formatVersion: formatVersion1,
  testSets: z.record(z.string().min(1).max(500), z.strictObject({ length: z.int().min(1), digest })),
});

/** The document in git and the one of this workspace: `{"formatVersion": 1, "testSets": {name: {length, digest}}}`. */
export function encodeSeenJournals(seen: SeenJournals): string {
  const testSets = Object.fromEntries(Object.entries(seen).sort(([a], [b]) => (a < b ? -1 : 1)));
  return prettyJson({ formatVersion: 1, testSets });
}

/**
 * @param where whose text it is, for messages.
 * @throws MlError ERR_ML_DOCUMENT_INVALID
 */
export function decodeSeenJournals(text: string, where: string): SeenJournals {
  const document = parse(text);
  const result = schema.safeParse(document);
  if (result.success) return result.data.testSets;
  const version = isJsonObject(document) ? document['formatVersion'] : undefined;
  throw new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `${where} does not say how far the journals of test sets were seen`,
    fix:
      typeof version === 'number' && version > 1
        ? 'It was written by a newer nx-ml: upgrade this one.'
        : 'Restore it from git: without it nobody notices that a journal was lost.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
