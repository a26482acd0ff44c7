import fc from 'fast-check';

import { Evaluation, pairExamples } from '../../evaluation/index.js';
import type { Examples, Pairs } from '../../evaluation/index.js';
import { examplesOf } from '../../evaluation/testing/predictions-of.js';
import { buildVerdict, decodeVerdict, encodeVerdict, judge } from '../../gate/index.js';
import type { GatePolicy, Verdict } from '../../gate/index.js';
import { digestOf, isMlError } from '../../kernel/index.js';
import { gatherEvidence } from './gather-evidence.js';
import type { ReadModel } from './gather-evidence.js';
import { policies, twoFiles } from './testing/any-contest.js';
import type { TwoFiles } from './testing/any-contest.js';

const alpha = 0.0005;
const read = {
  ...{ question: digestOf('q'), candidate: digestOf('c'), baseline: digestOf('b'), testSet: digestOf('t') },
  predictions: { candidate: null, baseline: null },
};

function model(examples: Examples): ReadModel {
  const file = { kind: 'file', digest: digestOf('model'), size: 10, files: 1 } as const;
  return { model: file, metrics: { loss: 1 }, evaluation: new Evaluation(examples) };
}

function verdictOn(policy: GatePolicy, sides: readonly [Examples, Examples], pairs: Pairs): Verdict {
  const contest = { candidate: model(sides[0]), baseline: { ...model(sides[1]), pairs } };
  const judgement = judge({ policy, alpha, floorsOnly: false, evidence: gatherEvidence(policy, contest) });
  return buildVerdict({ project: 'p', policy, read, budget: null }, { judgement, alpha });
}

/** undefined for files that are refused, such as one of scores in two forms. */
async function examplesIn({ candidate, baseline }: TwoFiles): Promise<[Examples, Examples] | undefined> {
  try {
    return [await examplesOf(candidate), await examplesOf(baseline)];
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}

it('whatever files hold that can be read, there is a verdict, and a model is never better than itself', async () => {
  await fc.assert(
    fc.asyncProperty(twoFiles, policies, async (files, policy) => {
      const sides = await examplesIn(files);
      if (sides === undefined) return;
      const pairs = pairExamples(...sides);
      if (!pairs.ok) throw new Error(pairs.why);
      const bytes = encodeVerdict(verdictOn(policy, sides, pairs));
      expect(encodeVerdict(decodeVerdict(bytes)).equals(bytes)).toBe(true);
      const own = { candidate: pairs.candidate, baseline: pairs.candidate };
      const { state } = verdictOn(policy, [sides[0], sides[0]], own);
      if (policy.primary.test === 'superiority') expect(state).not.toBe('pass');
    }),
    { numRuns: 100 },
  );
});
