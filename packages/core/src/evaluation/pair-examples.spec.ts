import fc from 'fast-check';

import { pairExamples } from './pair-examples.js';
import { testSetDigest } from './test-set-digest.js';
import { examplesOf } from './testing/predictions-of.js';

const ids = fc.uniqueArray(fc.oneof(fc.string(), fc.maxSafeInteger()), { maxLength: 30 });

async function pairing(candidate: readonly object[], baseline: readonly object[]) {
  const found = pairExamples(await examplesOf(candidate), await examplesOf(baseline));
  return found.ok ? found.candidate.length : found.why;
}

const row = { id: 1, label: 'a', group: 'g', slice: { lang: 'de' }, prediction: 'b' };

describe('pairExamples', () => {
  it('pairs by id in whatever order, also those that only look alike', async () => {
    await fc.assert(
      fc.asyncProperty(
        ids,
        fc.array(fc.nat(1000), { minLength: 30, maxLength: 30 }),
        async (list, places) => {
          const shuffled = list
            .map((id, index) => ({ id, at: places[index] ?? 0 }))
            .sort((a, b) => a.at - b.at);
          const [own, other] = [await examplesOf(list.map((id) => ({ id }))), await examplesOf(shuffled)];
          const found = pairExamples(own, other);
          if (!found.ok) throw new Error(found.why);
          expect(found.candidate.length).toBe(list.length);
          found.candidate.forEach((one, index) => {
            expect(other.ids[found.baseline[index] ?? -1]).toBe(own.ids[one]);
          });
          expect(testSetDigest(other)).toBe(testSetDigest(own));
        },
      ),
    );
  });

  it('takes nothing but test sets that are the same', async () => {
    expect(await pairing([row], [row])).toBe(1);
    expect(await pairing([row], [{ ...row, prediction: 'c', score: 1, split: 'test' }])).toBe(1);
    expect(await pairing([row, { ...row, id: 2, split: 'validation' }], [row])).toBe(1);
    expect(await pairing([row, { ...row, id: '1' }], [row])).toBe(
      '1 example of the candidate is not among the baseline’s, such as "1"',
    );
    expect(
      await pairing(
        [row],
        [
          { ...row, id: 3 },
          { ...row, id: 4 },
        ],
      ),
    ).toBe(
      '1 example of the candidate is not among the baseline’s, such as 1; 2 examples of the baseline are not among the candidate’s, such as 3',
    );
    expect(await pairing([], [row])).toBe(
      '1 example of the baseline is not among the candidate’s, such as 1',
    );
  });

  it.each([
    [{ label: 'b' }, 'the label of example 1 is "a" for the candidate and "b" for the baseline'],
    [{ label: 7 }, 'the label of example 1 is "a" for the candidate and 7 for the baseline'],
    [{ label: null }, 'the label of example 1 is "a" for the candidate and absent for the baseline'],
    [{ group: 'h' }, 'the group of example 1 is "g" for the candidate and "h" for the baseline'],
    [
      { slice: { lang: 'en' } },
      'the slice lang of example 1 is "de" for the candidate and "en" for the baseline',
    ],
    [{ slice: 'de' }, 'the slice lang of example 1 is "de" for the candidate and absent for the baseline'],
    [
      { slice: { lang: 'de', size: 1 } },
      'the slice size of example 1 is absent for the candidate and 1 for the baseline',
    ],
  ])('sees that %j is another example', async (change, why) => {
    expect(await pairing([row], [{ ...row, ...change }])).toBe(why);
    const digests = await Promise.all(
      [row, { ...row, ...change }].map(async (one) => testSetDigest(await examplesOf([one]))),
    );
    expect(new Set(digests).size).toBe(2);
  });

  it('compares labels that are numbers on both sides', async () => {
    const numbers = (labels: readonly number[]) => labels.map((label, id) => ({ id, label }));
    expect(await pairing(numbers([0.5, 1, -0]), numbers([0.5, 1, 0]))).toBe(3);
    expect(await pairing(numbers([0.5, 1]), numbers([0.5, 2]))).toBe(
      'the label of example 1 is 1 for the candidate and 2 for the baseline',
    );
    expect(await pairing([{ id: 1 }], [{ id: 1, label: 3 }])).toBe(
      'the label of example 1 is absent for the candidate and 3 for the baseline',
    );
  });
});

describe('testSetDigest', () => {
  it('is the sha256 of what docs/design/gate.md says', async () => {
    const examples = await examplesOf([
      { id: 'b', label: 1, slice: { b: 2, a: 'x' } },
      { id: 10, label: 2.5, split: 'test' },
      { id: 9, label: 3 },
      { id: 'v', label: 3, split: 'validation' },
    ]);
    // printf '[9,3,null,{}]\n[10,2.5,null,{}]\n["b",1,null,{"a":"x","b":2}]\n' | sha256sum
    expect(testSetDigest(examples)).toBe(
      'sha256:94dcb5c408febfa0b13ead23f869912683edd33bcb324d1f79e45b7b4eed31ea',
    );
  });

  it('is another one for a number and a text of the same look', async () => {
    const [number, text] = [await examplesOf([{ id: 7 }]), await examplesOf([{ id: '7' }])];
    expect(testSetDigest(number)).not.toBe(testSetDigest(text));
  });
});
