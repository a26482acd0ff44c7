import fc from 'fast-check';

import { failureOf } from '../kernel/testing/failure-of.js';
import {
  championOf,
  planAlias,
  planPromotion,
  planRollback,
  registryState,
  rolledBackFrom,
} from './index.js';
import type { Evidence, PromotedBundle, RegistryEntry } from './index.js';
import { championEntry, manifestOf, storedFile, versionEntry } from './testing/registry-entries.js';

const at = '2026-02-01T00:00:00.000Z';
const said = { at, by: 'ada', reason: 'it is slow' };

const bundleOf = (model: string, packaged = model): PromotedBundle => ({
  bundle: storedFile(`bundle of ${packaged}`),
  manifest: manifestOf(packaged),
  model: storedFile(model),
  metrics: { accuracy: 0.9 },
});

const evidenceOf = (model: string): Evidence => {
  const { seed, params, predictions, testSet, metrics, question, because, ...entry } = championEntry(model);
  return { model: entry.model, seed, params, predictions, testSet, metrics, question, because };
};

/** The registry after these models were promoted one after another. */
function promoted(...models: readonly string[]): RegistryEntry[] {
  const entries: RegistryEntry[] = [];
  for (const model of models) {
    const plan = planPromotion(registryState(entries), bundleOf(model), evidenceOf(model), { at });
    entries.push(...plan.entries);
  }
  return entries;
}

describe('planPromotion', () => {
  it('registers a version and makes it the champion', () => {
    const plan = planPromotion(registryState([]), bundleOf('a'), evidenceOf('a'), { at });
    expect(plan).toMatchObject({ version: 1, from: undefined });
    expect(plan.entries.map(({ type }) => type)).toEqual(['version', 'champion']);
    expect(registryState(plan.entries).aliases.get('champion')).toBe(1);
  });

  it('is nothing for what is champion', () => {
    const state = registryState(promoted('a'));
    expect(planPromotion(state, bundleOf('a'), undefined, { at }).entries).toEqual([]);
  });

  it('goes on where it was interrupted', () => {
    const [version] = promoted('a');
    const plan = planPromotion(registryState(version ? [version] : []), bundleOf('a'), evidenceOf('a'), {
      at,
    });
    expect(plan).toMatchObject({ version: 1, entries: [{ type: 'champion', version: 1 }] });
  });

  it('gives a model that was accepted before it was packaged its version, and leaves it its evidence', () => {
    const accepted = championEntry('a', { because: 'override', by: 'ada', reason: 'urgent' });
    const plan = planPromotion(registryState([accepted]), bundleOf('a'), undefined, { at });
    expect(plan.entries).toMatchObject([
      { type: 'version', version: 1 },
      { type: 'champion', version: 1, because: 'override', by: 'ada', reason: 'urgent', at },
    ]);
  });

  it('makes another bundle of the same model another version', () => {
    const state = registryState(promoted('a'));
    const plan = planPromotion(state, bundleOf('a', 'a with another card'), undefined, { at });
    expect(plan).toMatchObject({ version: 2, from: { version: 1 } });
    expect(registryState([...promoted('a'), ...plan.entries]).aliases.get('champion')).toBe(2);
  });

  it('promotes nothing else without evidence', () => {
    const state = registryState(promoted('a'));
    expect(() => planPromotion(state, bundleOf('b'), undefined, { at })).toThrow('needs evidence');
  });
});

describe('planRollback', () => {
  const plan = (entries: readonly RegistryEntry[], to?: number) =>
    planRollback(registryState(entries), { ...said, to }, 'm');

  it('goes to the champion before, with the evidence that it had', () => {
    expect(plan(promoted('a', 'b'))).toEqual({
      ...championEntry('a', { version: 1 }),
      ...said,
      because: 'rollback',
    });
  });

  it('goes further back when it is told, or done again', () => {
    const entries = promoted('a', 'b', 'c');
    expect(plan(entries, 1)).toMatchObject({ version: 1 });
    const back = [...entries, plan(entries)];
    expect(championOf(registryState(back))).toMatchObject({ version: 2 });
    expect(plan(back)).toMatchObject({ version: 1 }); // Not 3, which was gone back from.
    expect(plan(back, 3)).toMatchObject({ version: 3 });
  });

  it('knows what was gone back from, until somebody lets it through again', () => {
    const entries = promoted('a', 'b');
    const back = [...entries, plan(entries)];
    const b = storedFile('b').digest;
    expect(rolledBackFrom(registryState(entries), b)).toBeUndefined();
    expect(rolledBackFrom(registryState(back), b)).toMatchObject({ by: 'ada', reason: 'it is slow' });
    const again = championEntry('b', { version: 2, because: 'override' });
    expect(rolledBackFrom(registryState([...back, again]), b)).toBeUndefined();
  });

  it.each<[string, RegistryEntry[], number | undefined, string]>([
    ['an empty registry', [], undefined, 'm has no champion'],
    ['a first champion', promoted('a'), undefined, 'm had no other champion to go back to'],
    ['the present version', promoted('a', 'b'), 2, 'Version 2 of m is the champion now'],
    [
      'a version that only was registered',
      [...promoted('a', 'b'), versionEntry(3, 'c')],
      3,
      'never the champion',
    ],
  ])('goes nowhere from %s', (_, entries, to, message) => {
    expect(failureOf(() => plan(entries, to))).toMatchObject({
      code: 'ERR_ML_REGISTRY_ABSENT',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('planAlias', () => {
  const state = registryState(promoted('a', 'b'));

  it('sets, moves by name and removes', () => {
    const set = planAlias(state, { alias: 'staging', to: 1, at }, 'm');
    expect(set).toEqual({ formatVersion: 1, type: 'alias', alias: 'staging', version: 1, at });
    const after = registryState([...promoted('a', 'b'), ...(set ? [set] : [])]);
    expect(planAlias(after, { alias: 'staging', to: 1, at }, 'm')).toBeUndefined();
    expect(planAlias(after, { alias: 'staging', to: 'champion', at }, 'm')).toMatchObject({ version: 2 });
    expect(planAlias(after, { alias: 'staging', to: null, at }, 'm')).toMatchObject({ version: null });
    expect(planAlias(state, { alias: 'staging', to: null, at }, 'm')).toBeUndefined();
  });

  it('refuses what is not there, and the champion', () => {
    const refusal = (alias: string, to: number | string) =>
      failureOf(() => planAlias(state, { alias, to, at }, 'm'));
    expect(refusal('staging', 3)).toMatchObject({ code: 'ERR_ML_REGISTRY_ABSENT' });
    expect(refusal('staging', 'nobody')).toMatchObject({ code: 'ERR_ML_REGISTRY_ABSENT' });
    expect(refusal('champion', 1)).toMatchObject({ code: 'ERR_ML_USAGE' });
  });
});

it('whatever is promoted, gone back from and named, the registry can be read, and its champion is what came last', () => {
  const model = fc.constantFrom('a', 'b', 'c', 'd');
  const step = fc.oneof(
    model.map((name) => ({ kind: 'promote', name }) as const),
    fc.constant({ kind: 'back' } as const),
    fc.nat(4).map((to) => ({ kind: 'alias', to }) as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const entries: RegistryEntry[] = [];
      let last: string | undefined;
      for (const each of steps) {
        const state = registryState(entries);
        try {
          if (each.kind === 'promote') {
            entries.push(...planPromotion(state, bundleOf(each.name), evidenceOf(each.name), { at }).entries);
            last = storedFile(each.name).digest;
          } else if (each.kind === 'back') {
            const back = planRollback(state, said, 'm');
            entries.push(back);
            last = back.model.digest;
          } else {
            const alias = planAlias(state, { alias: 'staging', to: each.to, at }, 'm');
            if (alias !== undefined) entries.push(alias);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_ML_REGISTRY_ABSENT' });
        }
        expect(championOf(registryState(entries))?.model.digest).toBe(last);
      }
    }),
  );
});
