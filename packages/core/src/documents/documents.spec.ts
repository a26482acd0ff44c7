import fc from 'fast-check';

import { canonicalJson, isMlError } from '../kernel/index.js';
import type { ErrorCode } from '../kernel/index.js';
import { decodePointer, encodePointer } from './pointer.js';
import { decodeRunRecord, encodeRunRecord } from './run-record.js';
import { decodeRunResult, encodeRunResult } from './run-result.js';
import { decodeStepManifest, encodeStepManifest } from './step-manifest.js';
import {
  damaged,
  objectRefs,
  runRecords,
  runResults,
  stepManifests,
  withKeysReversed,
} from './testing/arbitraries.js';
import { failureOf } from '../kernel/testing/failure-of.js';

interface Format {
  readonly name: string;
  readonly documents: fc.Arbitrary<unknown>;
  encode(document: unknown): string;
  decode(text: string): unknown;
  readonly error: ErrorCode;
}

function stored<T>(
  name: string,
  documents: fc.Arbitrary<T>,
  encode: (document: T) => Buffer,
  decode: (bytes: Uint8Array) => T,
): Format {
  return {
    name,
    documents,
    encode: (document) => encode(document as T).toString(),
    decode: (text) => decode(Buffer.from(text)),
    error: 'ERR_ML_DOCUMENT_INVALID',
  };
}

const formats: readonly Format[] = [
  stored('run result', runResults, encodeRunResult, decodeRunResult),
  stored('run record', runRecords, encodeRunRecord, decodeRunRecord),
  stored('step manifest', stepManifests, encodeStepManifest, decodeStepManifest),
  {
    name: 'pointer',
    documents: objectRefs,
    encode: (document) => encodePointer(document as Parameters<typeof encodePointer>[0]),
    decode: (text) => decodePointer(text, 'mails.ref.json'),
    error: 'ERR_ML_POINTER_INVALID',
  },
];

describe.each(formats)('$name', ({ documents, encode, decode, error }) => {
  it('is the same after a round trip, and its bytes are too', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const text = encode(document);
        expect(canonicalJson(decode(text))).toBe(canonicalJson(document));
        expect(encode(decode(text))).toBe(text);
        expect(encode(withKeysReversed(document))).toBe(text);
      }),
    );
  });

  it('damaged anywhere, is refused with its own error or read as what it then says', () => {
    const cases = documents.chain((document) => {
      const text = encode(document);
      return damaged(text).map((broken) => ({ text, broken }));
    });
    fc.assert(
      fc.property(cases, ({ text, broken }) => {
        try {
          const read = encode(decode(broken));
          if (error === 'ERR_ML_DOCUMENT_INVALID') expect(read).toBe(broken.toWellFormed());
          else if (read === text) expect(sameMeaning(broken, text)).toBe(true);
        } catch (thrown) {
          if (!isMlError(thrown)) throw thrown;
          expect(thrown.code).toBe(error);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('from a newer nx-ml is refused with the words that help', () => {
    const [document] = fc.sample(documents, { numRuns: 1, seed: 1 });
    const newer = encode(document).replace(/"formatVersion": ?1/, '"formatVersion":9');
    const failure = failureOf(() => decode(newer));
    expect(failure.code).toBe(error);
    expect(failure.message).toContain('newer nx-ml');
    expect(failure.fix).toMatch(/^Upgrade/);
  });

  it.each([
    '',
    'null',
    '[]',
    '3',
    '"x"',
    '{}',
    '{"formatVersion":1}',
    '{"formatVersion":"1"}',
    '['.repeat(500),
  ])('%p is refused', (text) => {
    expect(failureOf(() => decode(text)).code).toBe(error);
  });
});

function sameMeaning(a: string, b: string): boolean {
  return canonicalJson(JSON.parse(a)) === canonicalJson(JSON.parse(b));
}
