import fc from 'fast-check';

import { digestOf, isMlError } from '../kernel/index.js';
import type { MemorySource } from './testing/memory-source.js';
import { newKey, smallBundle } from './testing/small-bundle.js';
import { verifySource } from './verify.js';

const name = fc.stringMatching(/^[a-z]{1,8}$/);
const path = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .map((parts) => `code/${parts.map((part, depth) => `${part}${String(depth)}`).join('/')}.txt`);
const extra = fc.dictionary(path, fc.string({ maxLength: 40 }), { maxKeys: 6 });

/** Whether it is refused by an error that says so; anything else that is thrown fails the property. */
async function isRefused(source: MemorySource): Promise<boolean> {
  try {
    await verifySource(source, { trustedKeys: [] });
    return false;
  } catch (error) {
    if (isMlError(error) && error.code.startsWith('ERR_ML_BUNDLE_')) return true;
    throw error;
  }
}

describe('any bundle', () => {
  it('verifies as it was made, and names the same bytes whoever signs', async () => {
    const { signing, trusted } = newKey();
    await fc.assert(
      fc.asyncProperty(extra, async (files) => {
        const signed = smallBundle({ extra: files, key: signing });
        const bundle = await verifySource(signed.source, { trustedKeys: [trusted] });
        expect(bundle.digest).toBe(smallBundle({ extra: files }).digest);
        for (const [each, text] of Object.entries(files))
          expect(bundle.files.find((file) => file.path === each)?.digest).toBe(digestOf(text));
      }),
      { numRuns: 60 },
    );
  });

  it('is refused when any byte of it is another, is gone or is too much', async () => {
    const { source } = smallBundle({ extra: { 'code/a.txt': 'abc' }, key: newKey().signing });
    const paths = [...source.files.keys()];
    const change = fc.record({
      file: fc.nat(paths.length - 1),
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      bytes: fc.uint8Array({ maxLength: 4 }),
      cut: fc.nat(4),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ file, at, bytes, cut }) => {
        const which = paths[file] ?? '';
        const before = source.files.get(which) ?? Buffer.alloc(0);
        const place = Math.floor(at * before.length);
        const after = Buffer.concat([before.subarray(0, place), bytes, before.subarray(place + cut)]);
        fc.pre(!after.equals(before));
        expect(await isRefused(source.with(which, after))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused, and nothing worse, when documents are any JSON', async () => {
    const { source } = smallBundle();
    const paths = [...source.files.keys()];
    await fc.assert(
      fc.asyncProperty(fc.nat(paths.length - 1), fc.json({ maxDepth: 6 }), async (file, text) => {
        const which = paths[file] ?? '';
        fc.pre(source.files.get(which)?.toString() !== text);
        expect(await isRefused(source.with(which, Buffer.from(text)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
