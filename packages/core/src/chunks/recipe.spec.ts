import fc from 'fast-check';

import { documentBytes, fromHex, isMlError } from '../kernel/index.js';
import type { JsonObject } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import { maxChunk, maxChunkedFile } from './limits.js';
import { decodeRecipe, encodeRecipe, maxPieces, recipeName } from './recipe.js';
import type { Recipe } from './recipe.js';

const digest = fromHex('ab'.repeat(32));
const whole = `objects/sha256/cd/${'cd'.repeat(31)}`;
const blob = `chunks/${'ef'.repeat(32)}`;
const part = '12'.repeat(32);

const recipe: Recipe = {
  digest,
  size: 250_000,
  sources: [whole, blob],
  runs: [
    { source: 0, offset: 0, size: 100_000 },
    { source: 1, offset: 0, size: 50_000 },
    { source: 0, offset: 100_000, size: 100_000 },
  ],
  segments: [{ digest: fromHex(part), size: 250_000, chunks: 4, source: 1, offset: 50_000 }],
};

const document = JSON.parse(encodeRecipe(recipe).toString()) as JsonObject;

describe('a recipe', () => {
  it('is read as it was written', () => {
    expect(decodeRecipe(encodeRecipe(recipe), digest)).toEqual(recipe);
    expect(recipeName(digest)).toBe(`recipes/sha256/ab/${'ab'.repeat(31)}`);
  });

  it('has bytes that never change', () => {
    expect(encodeRecipe(recipe).toString()).toBe(
      `{"digest":"${digest}","formatVersion":1,"kind":"recipe","runs":[[0,0,100000],[1,0,50000],[0,100000,100000]],` +
        `"segments":[["${part}",250000,4,1,50000]],"size":250000,"sources":["${whole}","${blob}"]}\n`,
    );
  });

  it.each<[string, JsonObject]>([
    ['another kind', { kind: 'tree' }],
    ['a newer format', { formatVersion: 2 }],
    ['another object', { digest: `sha256:${part}` }],
    ['more than it says', { size: 249_999 }],
    ['a size that travels whole', { size: maxChunkedFile + 1 }],
    ['a size that is not exact', { size: 2 ** 53 }],
    ['a size that is negative', { size: -1 }],
    ['no runs', { runs: null }],
    ['a hole at its end', { runs: [[0, 0, 100_000]] }],
    ['an empty run', { runs: [...runs(), [0, 300_000, 0]] }],
    [
      'a run that could be one with the one before',
      {
        runs: [
          [0, 0, 100_000],
          [0, 100_000, 100_000],
          [1, 0, 50_000],
        ],
      },
    ],
    ['a run of a source that is not there', { runs: [[2, 0, 250_000]] }],
    ['a run of half a byte', { runs: [[0, 0.5, 250_000]] }],
    ['a run whose end is no exact number', { runs: [[0, 2 ** 53 - 2, 250_000]] }],
    ['a run with four numbers', { runs: [[0, 0, 250_000, 0]] }],
    ['a segment without a digest', { segments: [['../x', 250_000, 4, 1, 50_000]] }],
    ['a segment without chunks', { segments: [[part, 250_000, 0, 1, 50_000]] }],
    ['a segment with too many chunks', { segments: [[part, 250_000, 1025, 1, 50_000]] }],
    [
      'a segment of more bytes than its chunks can have',
      { size: 2 * maxChunk, segments: [[part, 2 * maxChunk, 1, 1, 0]] },
    ],
    ['segments that do not sum', { segments: [[part, 200_000, 4, 1, 50_000]] }],
    ['a source that leaves the remote', { sources: ['../../etc/passwd', blob] }],
    ['a source that is absolute', { sources: ['/etc/passwd', blob] }],
    ['a source that is a journal', { sources: ['journals/runs/00000000.json', blob] }],
    ['a source with a newline', { sources: [`${whole}\n`, blob] }],
    ['a source twice', { sources: [whole, whole] }],
    ['a source that it does not use', { sources: [whole, blob, `chunks/${part}`] }],
    ['its sources in another order', { sources: [blob, whole], runs: [[1, 0, 250_000]] }],
    ['a key too many', { comment: 'hello' }],
    ['too many runs', { runs: Array.from({ length: maxPieces + 1 }, (_, at) => [0, 2 * at, 1]) }],
  ])('is refused with %s', (_, changed) => {
    const hostile = documentBytes({ ...document, ...changed });
    expect(failureOf(() => decodeRecipe(hostile, digest)).code).toBe('ERR_ML_DOCUMENT_INVALID');
  });

  it.each([
    ['not JSON', Buffer.from('{')],
    ['not UTF-8', Buffer.from([0xff, 0xfe])],
    ['an array', Buffer.from('[]\n')],
    ['white space', Buffer.from(`${encodeRecipe(recipe).toString().trimEnd()} \n`)],
    ['a number written otherwise', Buffer.from(encodeRecipe(recipe).toString().replace('250000', '2.5e5'))],
    ['a key twice', Buffer.from(encodeRecipe(recipe).toString().replace('"size"', '"size":1,"size"'))],
    ['33 MB', Buffer.alloc(33 * 1024 * 1024, ' ')],
  ])('is refused when it is %s', (_, hostile) => {
    expect(failureOf(() => decodeRecipe(hostile, digest)).code).toBe('ERR_ML_DOCUMENT_INVALID');
  });

  it('is refused or what was written, whichever byte is flipped', () => {
    const good = encodeRecipe(recipe);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(good);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        try {
          expect(encodeRecipe(decodeRecipe(bytes, digest)).equals(bytes)).toBe(true);
        } catch (error) {
          if (!isMlError(error)) throw error;
        }
      }),
    );
  });
});

function runs(): readonly (readonly number[])[] {
  return recipe.runs.map((run) => [run.source, run.offset, run.size]);
}
