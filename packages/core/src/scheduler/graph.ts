import { MlError } from '../kernel/index.js';

export interface TaskNode {
  readonly id: string;
  /** Ids of tasks that must be done before. Ids outside the set are ignored: they are done already. */
  readonly dependsOn: readonly string[];
  /** Predicted milliseconds of the whole task, for the order; 1 when absent, so that paths count their steps. */
  readonly weight?: number;
}

/** A task with what the scheduler derives from the graph once. */
export interface Vertex {
  readonly id: string;
  /** Position in the list given: the tie-break. */
  readonly index: number;
  readonly dependents: Vertex[];
  /** How many dependencies lie inside the set. */
  dependencies: number;
  readonly weight: number;
  /** The weight of the longest path that starts after this task. */
  below: number;
}

/**
 * The vertices in the order given, linked, each with the longest path below it.
 *
 * @throws MlError ERR_ML_GRAPH_CYCLE
 * @throws Error for an id that stands twice: a bug of the caller.
 */
export function buildGraph(tasks: readonly TaskNode[]): Map<string, Vertex> {
  const vertices = new Map<string, Vertex>();
  tasks.forEach(({ id, weight }, index) => {
    if (vertices.has(id)) throw new Error(`the task ${id} stands twice in one graph`);
    vertices.set(id, {
      id,
      index,
      dependents: [],
      dependencies: 0,
      weight: usableWeight(weight, 1),
      below: 0,
    });
  });
  for (const task of tasks) link(task, vertices);
  const order = dependenciesFirst([...vertices.values()]);
  if (order.length < vertices.size) throw cycleError(tasks, order);
  for (const vertex of order.reverse())
    for (const next of vertex.dependents) vertex.below = Math.max(vertex.below, next.weight + next.below);
  return vertices;
}

/** A prediction may be missing or nonsense; the order must not be. */
export function usableWeight(weight: number | undefined, otherwise: number): number {
  return weight !== undefined && Number.isFinite(weight) && weight >= 0 ? weight : otherwise;
}

function link(task: TaskNode, vertices: ReadonlyMap<string, Vertex>): void {
  const vertex = vertices.get(task.id);
  if (vertex === undefined) return;
  for (const id of new Set(task.dependsOn)) {
    const dependency = vertices.get(id);
    if (dependency === undefined) continue;
    dependency.dependents.push(vertex);
    vertex.dependencies += 1;
  }
}

/** Kahn's algorithm; what stands on a cycle, or behind one, is left out. */
function dependenciesFirst(vertices: readonly Vertex[]): Vertex[] {
  const open = new Map(vertices.map((vertex) => [vertex, vertex.dependencies]));
  const order = vertices.filter((vertex) => vertex.dependencies === 0);
  // The loop also reaches what it appends itself.
  for (const { dependents } of order)
    for (const next of dependents) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) order.push(next);
    }
  return order;
}

function cycleError(tasks: readonly TaskNode[], sortable: readonly Vertex[]): MlError {
  const sorted = new Set(sortable.map(({ id }) => id));
  const rest = new Map(tasks.filter(({ id }) => !sorted.has(id)).map((task) => [task.id, task]));
  const path = walkToRepetition(rest);
  return new MlError('ERR_ML_GRAPH_CYCLE', {
    message: `The tasks depend on one another in a circle: ${path.join(' -> ')}`,
    fix: 'Take one of these dependencies away; an arrow reads "depends on".',
  });
}

/** Every task in `rest` has a dependency in `rest`, so that walking along them must come round. */
function walkToRepetition(rest: ReadonlyMap<string, TaskNode>): string[] {
  const path: string[] = [];
  let id = rest.keys().next().value;
  while (id !== undefined && !path.includes(id)) {
    path.push(id);
    id = rest.get(id)?.dependsOn.find((next) => rest.has(next));
  }
  return id === undefined ? path : [...path.slice(path.indexOf(id)), id];
}
