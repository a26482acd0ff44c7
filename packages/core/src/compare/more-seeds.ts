/**
 * Seeds to train both sides with: those that both have, then those of either, whose runs are restored there, then the smallest
 * others. Rising; more than `count` only where both have more.
 */
export function moreSeeds(
  { shared, either }: { readonly shared: readonly number[]; readonly either: readonly number[] },
  count: number,
): readonly number[] {
  const seeds = new Set(shared);
  for (const seed of [...either].sort((a, b) => a - b)) if (seeds.size < count) seeds.add(seed);
  for (let next = 1; seeds.size < count; next++) seeds.add(next);
  return [...seeds].sort((a, b) => a - b);
}
