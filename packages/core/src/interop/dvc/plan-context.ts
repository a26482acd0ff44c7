import { posix } from 'node:path';

import type { CodeProject } from '../../imports/index.js';
import type { StageKind } from './kinds.js';
import { metricsOf } from './kinds.js';
import type { Lineage } from './lineage.js';
import type { PointerFile } from './project.js';
import type { DvcStage } from './stage.js';
import type { DvcTree } from './tree.js';

/** What gets a project of its own. */
export type Owner = DvcStage | PointerFile;

/** What is known once everything is read, named and sorted out. */
export class PlanContext {
  readonly tree: DvcTree;
  /** The projects that the workspace has. */
  readonly projects: readonly CodeProject[];
  readonly lineage: Lineage;
  readonly kinds: ReadonlyMap<DvcStage, StageKind>;
  readonly #input: PlanContextInput;

  constructor(input: PlanContextInput) {
    this.#input = input;
    this.tree = input.tree;
    this.projects = input.projects;
    this.lineage = input.lineage;
    this.kinds = input.kinds;
  }

  nameOf(owner: Owner): string {
    const name = this.#input.names.get(owner);
    if (name === undefined) throw new Error('an evaluation has no project of its own');
    return name;
  }

  /** Workspace-relative. */
  rootOf(owner: Owner): string {
    return `${this.#input.directory}/${this.nameOf(owner)}`;
  }

  /** A workspace-relative glob as an ml.yaml in the owner's folder names it. */
  fromRoot(owner: Owner, glob: string): string {
    const [bang, path] = glob.startsWith('!') ? ['!', glob.slice(1)] : ['', glob];
    return bang + posix.relative(this.rootOf(owner), path);
  }

  metricsOf(stage: DvcStage): readonly string[] {
    return metricsOf(stage, this.#input.metrics);
  }

  evaluationOf(model: DvcStage): DvcStage | undefined {
    return this.lineage.stages.find((stage) => {
      const kind = this.kinds.get(stage);
      return kind?.kind === 'evaluation' && kind.of === model;
    });
  }
}

export interface PlanContextInput {
  readonly tree: DvcTree;
  readonly projects: readonly CodeProject[];
  readonly lineage: Lineage;
  readonly kinds: ReadonlyMap<DvcStage, StageKind>;
  /** The folder of all projects, workspace-relative. */
  readonly directory: string;
  /** Of everything but evaluations. */
  readonly names: ReadonlyMap<Owner, string>;
  /** Metrics files named beside the stages. */
  readonly metrics: readonly string[];
}
