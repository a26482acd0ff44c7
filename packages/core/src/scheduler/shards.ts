/** Work that stays on one machine: a model, or models one of which is made of another. */
export interface ShardUnit {
  readonly projects: readonly string[];
  /** Milliseconds that it will take; undefined where nobody knows. */
  readonly expectedMs: number | undefined;
  /** Which kind of machine it needs. */
  readonly runner: string;
}

export interface Shard {
  readonly runner: string;
  /** Sorted. */
  readonly projects: readonly string[];
  /** Milliseconds; undefined where one of its units is not known. */
  readonly expectedMs: number | undefined;
}

/**
 * Deals work out to about as many machines as were asked for, so that the last one ends soon: the longest first, each to the
 * machine of its kind that has least. What nobody knows counts as much as the median of what is
 * known. Every kind gets one at least, so there may be more than were asked for; none is empty.
 * The same units make the same shards.
 */
export function planShards(units: readonly ShardUnit[], count: number): readonly Shard[] {
  const guess = median(units.flatMap(({ expectedMs }) => expectedMs ?? []));
  const sized = units
    .map((unit) => ({ ...unit, weight: unit.expectedMs ?? guess }))
    .sort((a, b) => b.weight - a.weight || compareText(a.projects[0], b.projects[0]));
  const kinds = [...new Set(sized.map(({ runner }) => runner))]
    .sort(compareText)
    .map((runner) => ({ runner, units: sized.filter((unit) => unit.runner === runner), machines: 1 }));
  for (let left = count - kinds.length; left > 0; left--) {
    const [busiest] = kinds
      .filter((kind) => kind.machines < kind.units.length)
      .sort((a, b) => load(b) - load(a));
    if (busiest === undefined) break;
    busiest.machines += 1;
  }
  return kinds.flatMap((kind) => dealt(kind));
}

interface Kind {
  readonly runner: string;
  /** The longest first. */
  readonly units: readonly (ShardUnit & { readonly weight: number })[];
  readonly machines: number;
}

function load({ units, machines }: Kind): number {
  return units.reduce((sum, { weight }) => sum + weight, 0) / machines;
}

function dealt({ runner, units, machines }: Kind): readonly Shard[] {
  const hands = Array.from({ length: machines }, () => ({ weight: 0, units: [] as ShardUnit[] }));
  for (const { weight, ...unit } of units) {
    // Of machines that have equally little, the one with fewer units: work that takes no time is spread as well.
    const [least] = [...hands].sort((a, b) => a.weight - b.weight || a.units.length - b.units.length);
    least?.units.push(unit);
    if (least !== undefined) least.weight += weight;
  }
  return hands.map((hand) => ({
    runner,
    projects: hand.units.flatMap(({ projects }) => projects).sort(),
    expectedMs: hand.units.reduce<number | undefined>(
      (sum, { expectedMs }) => (sum === undefined || expectedMs === undefined ? undefined : sum + expectedMs),
      0,
    ),
  }));
}

/** 1 where there is nothing: then all count alike. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}

function compareText(a = '', b = ''): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
