import { inputsOf, stepsOf } from '@nx-ml/core/manifest';
import type { ShardUnit } from '@nx-ml/core/scheduler';
import type { MlProject } from '@nx-ml/core/usecases';
import type { PlannedStep } from '@nx-ml/core/usecases/plan';

/** Kinds of machines, by what a model's ml.yaml asks for. */
export type MachineKind = 'default' | 'gpu' | 'memory';

export interface Machines {
  /** Those that there are beside `default`. */
  readonly kinds: ReadonlySet<MachineKind>;
  /** Bytes from which on a step goes to `memory`. */
  readonly memoryFrom: number;
}

/**
 * Models as units of work. One that is made of another goes where that one goes, or both machines would train it.
 *
 * @param planned steps of the models, and maybe of others.
 */
export function shardUnits(
  models: readonly MlProject[],
  planned: readonly PlannedStep[],
  machines: Machines,
): readonly ShardUnit[] {
  return together(models).map((group) => {
    const kinds = group.map(({ config }) => machineOf(config, machines));
    const neediest = (['gpu', 'memory'] as const).find((kind) => kinds.includes(kind));
    return {
      projects: group.map(({ name }) => name),
      expectedMs: total(group.map(({ name }) => expected(name, planned))),
      runner: neediest ?? 'default',
    };
  });
}

/** Models that depend on one another, in groups; in the order of their first ones. */
function together(models: readonly MlProject[]): readonly (readonly MlProject[])[] {
  const groups = new Map<string, readonly MlProject[]>(models.map((model) => [model.name, [model]]));
  for (const { name, config } of models)
    for (const upstream of Object.values(config.kind === 'model' ? inputsOf(config.models) : {})) {
      const [own, other] = [groups.get(name), groups.get(upstream)];
      if (own === undefined || other === undefined || own === other) continue;
      const joined = [...other, ...own];
      for (const model of joined) groups.set(model.name, joined);
    }
  return [...new Set(groups.values())];
}

function machineOf(config: MlProject['config'], { kinds, memoryFrom }: Machines): MachineKind {
  const needs = stepsOf(config).map(({ resources }) => resources);
  if (kinds.has('gpu') && needs.some(({ gpu }) => gpu > 0)) return 'gpu';
  return kinds.has('memory') && needs.some(({ memory }) => memory >= memoryFrom) ? 'memory' : 'default';
}

/** Milliseconds; undefined where one of its steps that may run was never seen to. */
function expected(project: string, planned: readonly PlannedStep[]): number | undefined {
  const steps = planned.filter(({ ref }) => ref.project === project);
  return total(
    steps.map(({ state, predictedMs }) => (state === 'current' || state === 'restore' ? 0 : predictedMs)),
  );
}

function total(times: readonly (number | undefined)[]): number | undefined {
  return times.reduce<number | undefined>(
    (sum, time) => (sum === undefined || time === undefined ? undefined : sum + time),
    0,
  );
}
