import { digestOf, documentBytes, isMlError, parseDigest } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import type { ErrorCode } from '../kernel/index.js';
import {
  decodeIndex,
  encodeAttestation,
  encodeIndex,
  encodeModelManifest,
  describe as descriptorOf,
} from './bundle-documents.js';
import { encodeEnvelope } from './envelope.js';
import { envelopeType, fileTypes, manifestType } from './media-types.js';
import { servingCodec } from './serving.js';
import { statementOf } from './statement.js';
import { MemorySource } from './testing/memory-source.js';
import { newKey, smallBundle, smallExample, smallProvenance, smallServing } from './testing/small-bundle.js';
import type { SmallBundleOptions } from './testing/small-bundle.js';
import { blobPath, verifySource } from './verify.js';
import type { VerifyOptions } from './verify.js';

const nobody: VerifyOptions = { trustedKeys: [] };

async function codeOf(
  source: MemorySource,
  options: VerifyOptions = nobody,
): Promise<ErrorCode | 'accepted'> {
  try {
    await verifySource(source, options);
    return 'accepted';
  } catch (error) {
    if (isMlError(error)) return error.code;
    throw error;
  }
}

/** The bundle with another attestation around what is attested. */
function attesting({ source }: { readonly source: MemorySource }, envelope: Buffer): MemorySource {
  const { model } = decodeIndex(source.files.get('index.json') ?? Buffer.alloc(0));
  return assembled(source, envelope, model);
}

function assembled(
  source: MemorySource,
  envelope: Buffer,
  subject: Parameters<typeof encodeIndex>[0],
): MemorySource {
  const { model, attestation: old } = decodeIndex(source.files.get('index.json') ?? Buffer.alloc(0));
  const attestation = encodeAttestation(subject, descriptorOf(envelope, envelopeType));
  const index = encodeIndex(model, descriptorOf(attestation, manifestType));
  const oldEnvelope = [...source.files].find(([, bytes]) => bytes.includes('"payloadType"'))?.[0];
  const kept = [...source.files].filter(([path]) => path !== oldEnvelope && path !== blobPath(old.digest));
  return new MemorySource(
    new Map([
      ...kept,
      ['index.json', index],
      [blobPath(digestOf(attestation)), attestation],
      [blobPath(digestOf(envelope)), envelope],
    ]),
  );
}

describe('verifySource', () => {
  it('gives what a bundle holds', async () => {
    const { source, digest } = smallBundle();
    const bundle = await verifySource(source, { trustedKeys: [], expected: parseDigest(digest) });
    expect(bundle).toMatchObject({
      digest,
      serving: smallServing,
      example: smallExample,
      signedBy: [],
      claimed: [],
    });
    expect(bundle.files.map(({ path }) => path)).toEqual([
      'README.md',
      'example.json',
      'model/m.onnx',
      'serving.json',
    ]);
  });

  it('finds a flipped bit wherever it is, in any file', async () => {
    const { source } = smallBundle({ key: newKey().signing });
    for (const [path, bytes] of source.files)
      for (let at = path.length % 3; at < bytes.length; at += 3) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << ((at * 5) & 7));
        const code = await codeOf(source.with(path, flipped));
        if (!code.startsWith('ERR_ML_BUNDLE_')) throw new Error(`byte ${String(at)} of ${path}: ${code}`);
      }
  });

  it('finds every file that is missing, cut short or too much', async () => {
    const { source } = smallBundle();
    for (const [path, bytes] of source.files) {
      const without = new MemorySource(new Map([...source.files].filter(([each]) => each !== path)));
      expect(await codeOf(without)).toBe('ERR_ML_BUNDLE_DAMAGED');
      expect(await codeOf(source.with(path, bytes.subarray(1)))).toMatch(/^ERR_ML_BUNDLE_/);
      expect(await codeOf(source.with(path, Buffer.concat([bytes, Buffer.from('\n')])))).toMatch(
        /^ERR_ML_BUNDLE_/,
      );
    }
    expect(await codeOf(source.with('blobs/sha256/stowaway', Buffer.from('x')))).toBe('ERR_ML_BUNDLE_LAYOUT');
  });

  it('refuses another bundle than was asked for', async () => {
    const { source } = smallBundle();
    const expected = digestOf('another');
    expect(await codeOf(source, { trustedKeys: [], expected })).toBe('ERR_ML_BUNDLE_SUBJECT');
  });

  describe('where keys are trusted', () => {
    const ours = newKey();
    const foreign = newKey();
    const trust: VerifyOptions = { trustedKeys: [ours.trusted] };

    it('believes what they signed, and tells who it was', async () => {
      const { source } = smallBundle({ key: ours.signing });
      expect((await verifySource(source, trust)).signedBy).toEqual([ours.signing.id]);
      expect((await verifySource(source, nobody)).signedBy).toEqual([]);
    });

    it('refuses what nobody signed, so that stripping a signature gains nothing', async () => {
      const signed = smallBundle({ key: ours.signing });
      const stripped = attesting(
        signed,
        encodeEnvelope(statementOf('spam', parseDigest(signed.digest), smallProvenance), undefined),
      );
      expect(await codeOf(stripped)).toBe('accepted');
      expect(await codeOf(stripped, trust)).toBe('ERR_ML_BUNDLE_UNSIGNED');
      expect(await codeOf(smallBundle().source, trust)).toBe('ERR_ML_BUNDLE_UNSIGNED');
    });

    it('refuses a stranger’s signature, and one under a trusted name', async () => {
      const { source } = smallBundle({ key: foreign.signing });
      expect(await codeOf(source, trust)).toBe('ERR_ML_BUNDLE_SIGNATURE');
      const forged = smallBundle({ key: { ...foreign.signing, id: ours.signing.id } });
      expect(await codeOf(forged.source, trust)).toBe('ERR_ML_BUNDLE_SIGNATURE');
    });

    it('refuses a right signature on something else', async () => {
      const { source, digest } = smallBundle({ key: ours.signing });
      const other = smallBundle({ key: ours.signing, extra: { 'NOTES.md': 'x' } });
      const envelope = [...other.source.files.values()].find((bytes) => bytes.includes('"payloadType"'));
      const moved = attesting({ source }, envelope ?? Buffer.alloc(0));
      expect(digest).not.toBe(other.digest);
      expect(await codeOf(moved, trust)).toBe('ERR_ML_BUNDLE_SUBJECT');
    });
  });

  it('refuses an attestation whose subject is another manifest', async () => {
    const { source, digest } = smallBundle();
    const envelope = encodeEnvelope(statementOf('spam', parseDigest(digest), smallProvenance), undefined);
    const subject = descriptorOf(Buffer.from('another'), manifestType);
    expect(await codeOf(assembled(source, envelope, subject))).toBe('ERR_ML_BUNDLE_SUBJECT');
  });

  it.each([
    ['leaves the folder', '../x'],
    ['is absolute', '/etc/passwd'],
    ['holds a NUL', 'a\0b'],
    ['holds a backslash', String.raw`a\b`],
    ['is another by case', 'readme.md'],
    ['is below a file', 'README.md/x'],
    ['is too long', 'x'.repeat(1025)],
    ['has an empty segment', 'a//b'],
  ])('is never made with a path that %s', (_, path) => {
    expect(failureOf(() => smallBundle({ extra: { [path]: 'x' } })).code).toBe('ERR_ML_BUNDLE_PATH');
  });

  it.each(['../x', '/etc/passwd', 'readme.md', 'README.md'])(
    'refuses a manifest that names %j, by whomever it was made',
    async (path) => {
      const { source } = smallBundle({ extra: { 'z.md': 'x' } });
      const { model } = decodeIndex(source.files.get('index.json') ?? Buffer.alloc(0));
      const text = source.files.get(blobPath(model.digest))?.toString() ?? '';
      const manifest = Buffer.from(text.replaceAll('z.md', path));
      const subject = descriptorOf(manifest, manifestType);
      const envelope = encodeEnvelope(statementOf('spam', subject.digest, smallProvenance), undefined);
      const attestation = encodeAttestation(subject, descriptorOf(envelope, envelopeType));
      const hostile = source
        .with(blobPath(subject.digest), manifest)
        .with('index.json', encodeIndex(subject, descriptorOf(attestation, manifestType)));
      expect(await codeOf(hostile)).toBe('ERR_ML_BUNDLE_PATH');
    },
  );

  it.each<[string, SmallBundleOptions]>([
    ['nesting that would end the stack', { serving: Buffer.from('['.repeat(500_000)) }],
    [
      'a serving definition of a later format',
      { serving: documentBytes({ ...smallServing, formatVersion: 2 }) },
    ],
    [
      'a serving definition that names no file of it',
      { serving: servingCodec.encode({ ...smallServing, runtime: { kind: 'onnx', file: 'model/n.onnx' } }) },
    ],
    [
      'an example of another shape',
      {
        example: documentBytes({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 3], data: [1, 2, 3] }] }),
      },
    ],
    [
      'an example that is nested too deep',
      { example: Buffer.from(`{"inputs":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`) },
    ],
    ['an example that is no JSON', { example: Buffer.from('{') }],
  ])('refuses %s', async (_, options) => {
    expect(await codeOf(smallBundle(options).source)).toMatch(
      /^ERR_ML_(?:BUNDLE_(?:LAYOUT|SERVING)|DOCUMENT_INVALID)$/,
    );
  });

  it('makes the same bytes of the same content', () => {
    const key = newKey().signing;
    expect([...smallBundle({ key }).source.files]).toEqual([...smallBundle({ key }).source.files]);
    expect(smallBundle({ key }).digest).toBe(smallBundle().digest);
  });

  it('makes no manifest of more files than a registry takes', () => {
    const config = descriptorOf(Buffer.from('{}'), 'x');
    const files = Array.from({ length: 10_001 }, (_, at) => ({
      path: `model/${String(at)}`,
      digest: digestOf(''),
      size: 0,
      mediaType: fileTypes.weight,
    }));
    expect(failureOf(() => encodeModelManifest(files, config)).code).toBe('ERR_ML_BUNDLE_LAYOUT');
  });
});
