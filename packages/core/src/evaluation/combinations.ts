import type { RatioTerms } from './measures/measure.js';

/** Label and both answers, by number of a class, and how many examples have them. */
interface Combination {
  readonly label: number;
  readonly candidate: number;
  readonly baseline: number;
  times: number;
}

export interface Combinations {
  /** Classes of both models. */
  readonly keys: readonly string[];
  readonly all: readonly Readonly<Combination>[];
  /** The place of each with the two answers exchanged; that is there too, be it with no example. */
  readonly exchanged: Int32Array;
}

export function combinationsOf(own: RatioTerms, other: RatioTerms): Combinations {
  const keys = [...new Set([...own.keys, ...other.keys])];
  const codeOf = new Map(keys.map((key, code) => [key, code]));
  const shared = other.keys.map((key) => codeOf.get(key) ?? -1);
  const all: Combination[] = [];
  const places = new Map<number, number>();
  const placeOf = (label: number, candidate: number, baseline: number): number => {
    const key = (label * keys.length + candidate) * keys.length + baseline;
    const place = places.get(key) ?? all.push({ label, candidate, baseline, times: 0 }) - 1;
    places.set(key, place);
    return place;
  };
  own.label.forEach((label, index) => {
    const baseline = shared[other.prediction[index] ?? -1] ?? -1;
    const combination = all[placeOf(label, own.prediction[index] ?? -1, baseline)];
    if (combination !== undefined) combination.times += 1;
  });
  for (const { label, candidate, baseline } of [...all]) placeOf(label, baseline, candidate);
  const exchanged = Int32Array.from(all, ({ label, candidate, baseline }) =>
    placeOf(label, baseline, candidate),
  );
  return { keys, all, exchanged };
}
