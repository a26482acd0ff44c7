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
  /** Milliseconds; what nobody knows counts as much as the median of what is known. */
  readonly expectedMs: number;
}

/**
 * Deals work out to about as many machines as were asked for, so that the last one ends soon: the longest first, each to the
 * machine of its kind that has least. Every kind gets one at least, so there may be more than were asked for; none is empty.
 * The same units make the same shards.
 */
export function planShards(units: readonly ShardUnit[], count: number): readonly Shard[] {
  const guess = median(units.flatMap(({ expectedMs }) => expectedMs ?? []));
  const sized = units
    .map((unit) => ({ ...unit, expectedMs: unit.expectedMs ?? guess }))
    .sort((a, b) => b.expectedMs - a.expectedMs || compareText(a.projects[0], b.projects[0]));
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
  readonly units: readonly (ShardUnit & { readonly expectedMs: number })[];
  readonly machines: number;
}

function load({ units, machines }: Kind): number {
  return units.reduce((sum, { expectedMs }) => sum + expectedMs, 0) / machines;
}

function dealt({ runner, units, machines }: Kind): readonly Shard[] {
  const shards = Array.from({ length: machines }, () => ({ projects: [] as string[], expectedMs: 0 }));
  for (const { projects, expectedMs } of units) {
    // Of machines that have equally little, the one with fewer projects: work that takes no time is spread as well.
    const [least] = [...shards].sort(
      (a, b) => a.expectedMs - b.expectedMs || a.projects.length - b.projects.length,
    );
    least?.projects.push(...projects);
    if (least !== undefined) least.expectedMs += expectedMs;
  }
  return shards.map((shard) => ({ runner, projects: shard.projects.sort(), expectedMs: shard.expectedMs }));
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
