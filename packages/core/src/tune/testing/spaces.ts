import fc from 'fast-check';

import type { JsonObject, JsonValue } from '../../kernel/index.js';
import { dimensionsOf, paramsFrom, parseSpace } from '../space/index.js';
import type { Dimension, Params } from '../space/index.js';

/** Dimensions of a space as it would stand in ml.yaml. */
export function dimensionsFrom(written: JsonValue): readonly Dimension[] {
  return dimensionsOf(parseSpace(written, 'space'));
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const bounds = fc.tuple(finite, finite).map(([a, b]) => (a <= b ? [a, b] : [b, a]));

const floats = fc.oneof(
  bounds.map((float) => ({ float })),
  fc
    .tuple(fc.double({ min: 1e-8, max: 1, noNaN: true }), fc.double({ min: 1, max: 1e6, noNaN: true }))
    .map((float) => ({ float: [...float], log: true })),
  fc
    .record({ low: fc.integer({ min: -50, max: 50 }), steps: fc.nat(30), places: fc.nat(3) })
    .map(({ low, steps, places }) => ({
      float: [
        Number(`${String(low)}e-${String(places)}`),
        Number(`${String(low + steps)}e-${String(places)}`),
      ],
      step: Number(`1e-${String(places)}`),
    })),
);

const ints = fc.oneof(
  fc
    .tuple(fc.integer({ min: -1000, max: 1000 }), fc.nat(2000))
    .map(([low, more]) => ({ int: [low, low + more] })),
  fc
    .tuple(fc.integer({ min: 1, max: 50 }), fc.nat(100_000))
    .map(([low, more]) => ({ int: [low, low + more], log: true })),
);

const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.string({ maxLength: 6 }), fc.constant(null));
const choices = fc.uniqueArray(fc.oneof(scalar, fc.array(fc.integer(), { maxLength: 3 })), {
  minLength: 1,
  maxLength: 6,
  selector: (value) => JSON.stringify(value),
});

const kind = fc.constantFrom<JsonValue>('a', 'b', 'c');

/** A space with a choice `kind` on which some of the others hang. */
export const writtenSpaces: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(fc.oneof(floats, ints, choices), fc.option(kind)), { minLength: 1, maxLength: 5 })
  .map((entries) => {
    const named = entries.map(([entry, on], index): [string, JsonValue] => {
      const map: JsonObject = Array.isArray(entry) ? { choice: entry } : { ...entry };
      return [`p.${String(index)}`, on === null ? map : { ...map, when: { kind: on } }];
    });
    return { kind: ['a', 'b', 'c'], ...Object.fromEntries(named) };
  });

/** Places as a sampler would draw them. */
export const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 });

export function paramsAt(dimensions: readonly Dimension[], at: readonly number[]): Params {
  return paramsFrom(dimensions, (index) => at[index] ?? 0.5);
}
