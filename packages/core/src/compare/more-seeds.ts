/** At least `count` seeds to train with: those that are there, and the smallest others beside them. Rising. */
export function moreSeeds(have: readonly number[], count: number): readonly number[] {
  const seeds = new Set(have);
  for (let next = 1; seeds.size < count; next++) seeds.add(next);
  return [...seeds].sort((a, b) => a - b);
}
