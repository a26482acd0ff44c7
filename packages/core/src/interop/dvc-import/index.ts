/**
 * DVC projects, read as their reference describes them, and planned as ml.yaml projects; and what their stages read and leave.
 * Pure: the workspace is looked at through a tree, and what an import would write comes out as texts.
 * docs/guides/from-dvc.md tells the rules to users.
 */
export type {
  ByteState,
  DvcBytes,
  LockCheck,
  LockDifference,
  MissingData,
  StageCheck,
} from '../dvc/lock/index.js';
export { importMark } from '../dvc/ml-text.js';
export type { ImportNote } from '../dvc/note.js';
export { paramsFileText } from '../dvc/params/index.js';
export { planImport } from '../dvc/plan.js';
export type { ImportedProject, ImportInput, ImportPlan } from '../dvc/plan.js';
export { importReadme, notesText } from '../dvc/readme.js';
export { metricsFileText, readStageMetrics } from '../dvc/stage-files.js';
export type { DvcTree } from '../dvc/tree.js';
