/**
 * DVC projects, read as their reference describes them, and planned as ml.yaml projects. Pure: the workspace is looked at
 * through a tree, and what an import would write comes out as texts. docs/guides/from-dvc.md tells the rules to users.
 */
export { parseDvcConfig } from './config.js';
export { readDvcRef } from './given-out.js';
export { lockedOuts, parsePointer } from './hashed-data.js';
export type { HashedData } from './hashed-data.js';
export type {
  ByteState,
  DvcBytes,
  LockCheck,
  LockDifference,
  MissingData,
  StageCheck,
} from './lock/index.js';
export { importMark } from './ml-text.js';
export type { ImportNote } from './note.js';
export { cachePaths, folderObjectText, maxFolderObjectBytes, parseFolderObject } from './objects.js';
export type { FolderEntry } from './objects.js';
export { paramsFileText } from './params/index.js';
export { planImport } from './plan.js';
export type { ImportedProject, ImportInput, ImportPlan } from './plan.js';
export { dvcRootOf } from './project.js';
export { importReadme, notesText } from './readme.js';
export { metricsFileText, readStageMetrics } from './stage-files.js';
export { parseDvcSettings } from './settings.js';
export type { DvcConfigFile, DvcRemote, DvcSettings } from './settings.js';
export type { DvcTree } from './tree.js';
export { dvcFileText, refuseRicher } from './written-file.js';
