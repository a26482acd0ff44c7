import { MlError } from '../../kernel/index.js';
import { isWithin, overlap } from './paths.js';
import { dvcError } from './problem.js';
import type { DvcProject, PointerFile } from './project.js';
import type { DvcStage } from './stage.js';
import { isTracked } from './tree.js';
import type { DvcTree } from './tree.js';

/** What makes bytes: a stage, or a .dvc file that names them. */
export type Producer =
  | { readonly stage: DvcStage; readonly pointer?: never }
  | { readonly pointer: PointerFile; readonly stage?: never };

/** What one stage reads. */
export interface StageSources {
  readonly producers: readonly Producer[];
  /** Files and folders that git holds. */
  readonly workspace: readonly string[];
}

interface Made {
  readonly path: string;
  readonly by: Producer;
}

/** Who makes what, and who reads it. */
export class Lineage {
  readonly #tree: DvcTree;
  readonly #made: readonly Made[];
  readonly #upstream = new Map<DvcStage, readonly DvcStage[]>();
  readonly #sources = new Map<DvcStage, StageSources>();
  /** In an order in which they can run: upstream first, else as they stand in their files. */
  readonly stages: readonly DvcStage[];

  /** @throws MlError ERR_ML_DVC_INVALID, ERR_ML_GRAPH_CYCLE */
  constructor({ stages, pointers }: DvcProject, tree: DvcTree) {
    this.#tree = tree;
    this.#made = [
      ...pointers.flatMap((pointer) => madeBy({ pointer }, pointer.data)),
      ...stages.flatMap((stage) => madeBy({ stage }, stage.outs)),
    ];
    refuseTwice(this.#made);
    for (const stage of stages) this.#upstream.set(stage, this.#upstreamStages(stage));
    this.stages = inOrder(stages, (stage) => this.#upstream.get(stage) ?? []);
  }

  /** All that is made, in the paths of which others must not be looked for in the workspace. */
  get madePaths(): readonly string[] {
    return this.#made.map(({ path }) => path);
  }

  /** @throws MlError ERR_ML_DVC_INVALID for a dependency that comes from nowhere. */
  sourcesOf(stage: DvcStage): StageSources {
    const known = this.#sources.get(stage) ?? this.#findSources(stage);
    this.#sources.set(stage, known);
    return known;
  }

  readersOf(stage: DvcStage): readonly DvcStage[] {
    return this.stages.filter((reader) => this.#upstream.get(reader)?.includes(stage));
  }

  #findSources(stage: DvcStage): StageSources {
    const workspace = stage.deps.filter((dep) => !this.#made.some(({ path }) => isWithin(dep, path)));
    const producers = new Set(stage.deps.flatMap((dep) => this.#producersOf(dep)));
    const tracked = workspace.filter((dep) => isTracked(this.#tree, dep));
    const missing = workspace.find((dep) => !tracked.includes(dep) && this.#producersOf(dep).length === 0);
    if (missing !== undefined)
      throw dvcError({
        where: stage.place,
        message: `depends on ${missing}, which is neither in git, nor tracked by DVC, nor made by a stage`,
        fix: `Put it under DVC or git: dvc add ${missing}, or take it out of \`deps\`.`,
      });
    return { producers: [...producers], workspace: tracked };
  }

  #producersOf(dep: string): readonly Producer[] {
    return this.#made.flatMap(({ path, by }) => (overlap(path, dep) ? [by] : []));
  }

  #upstreamStages({ deps }: DvcStage): readonly DvcStage[] {
    return deps.flatMap((dep) => this.#producersOf(dep).flatMap(({ stage }) => stage ?? []));
  }
}

function madeBy(by: Producer, outs: readonly { readonly path: string }[]): readonly Made[] {
  return outs.map(({ path }) => ({ path, by }));
}

function refuseTwice(made: readonly Made[]): void {
  const sorted = [...made].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const [index, { path, by }] of sorted.entries())
    for (let next = index + 1; next < sorted.length; next += 1) {
      const other = sorted[next];
      if (!other?.path.startsWith(path)) break;
      if (!isWithin(other.path, path)) continue;
      throw dvcError({
        where: placeOf(by),
        message: `makes ${path}, and ${placeOf(other.by)} makes ${other.path}`,
        fix: 'Let one of them make it: DVC refuses outputs that overlap.',
      });
    }
}

function placeOf({ stage, pointer }: Producer): string {
  return stage?.place ?? pointer?.file ?? '';
}

function inOrder(
  stages: readonly DvcStage[],
  upstreamOf: (stage: DvcStage) => readonly DvcStage[],
): readonly DvcStage[] {
  const done = new Set<DvcStage>();
  const open: DvcStage[] = [];
  const visit = (stage: DvcStage): void => {
    if (done.has(stage)) return;
    if (open.includes(stage)) throw cycle([...open.slice(open.indexOf(stage)), stage]);
    open.push(stage);
    for (const upstream of upstreamOf(stage)) visit(upstream);
    open.pop();
    done.add(stage);
  };
  for (const stage of stages) visit(stage);
  return [...done];
}

function cycle(stages: readonly DvcStage[]): MlError {
  return new MlError('ERR_ML_GRAPH_CYCLE', {
    message: `${stages[0]?.place ?? ''} stages depend on one another in a circle: ${stages.map(({ name }) => name).join(' → ')}`,
    fix: 'Take one of the dependencies out, or let a stage write to another path.',
  });
}
