import { compareText } from '../kernel/index.js';

/** Plain values without repetition, in the order of their first appearance; their excerpts do not tell them apart. */
export function distinct<T extends { readonly text: string }>(values: readonly T[]): readonly T[] {
  const known = new Set<string>();
  return values.filter((value) => {
    const key = JSON.stringify({ ...value, text: '' });
    return !known.has(key) && known.add(key);
  });
}

export function sortedNames(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort(compareText);
}
