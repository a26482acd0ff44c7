import type { WorkspaceData } from '../../data/index.js';
import type { DataSums } from '../../interop/foreign/index.js';
import type { ObjectStore } from '../../store/index.js';
import type { ForeignTrees } from '../given/foreign-trees.js';

/** What it takes to know data that DVC keeps. */
export interface DvcDeps {
  readonly trees: ForeignTrees;
  readonly sums: DataSums;
}

export interface PointedDeps {
  readonly objects: ObjectStore;
  /** Asked for when a .dvc file is met: to load it takes longer than most answers. */
  readonly dvc: () => Promise<DvcDeps>;
}

export interface SidesDeps extends PointedDeps {
  readonly data: WorkspaceData;
}
