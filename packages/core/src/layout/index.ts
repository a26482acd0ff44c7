/**
 * Where things lie in a workspace, and what a step is called. Loads nothing else, so that inference can use it.
 */
import { join } from 'node:path';

import type { StepName } from '../documents/index.js';

/** A step of a project; the Nx target has the step's name. */
export interface StepRef {
  readonly project: string;
  readonly step: StepName;
}

/** What a task of ours does: a step, or what comes of it: the gate's answer, a promotion. The Nx target has its name. */
export interface MlTaskRef {
  readonly project: string;
  readonly step: StepName | 'gate' | 'promote';
}

export function stepId(ref: MlTaskRef): string {
  return `${ref.project}:${ref.step}`;
}

/** A project's name as one path segment: the same on every file system. */
export function projectSegment(project: string): string {
  return encodeURIComponent(project);
}

/** Where things lie in a workspace. All of it is derived and ignored by git. */
export const stateFolder = '.nx-ml';

export function manifestPath(ref: StepRef): string {
  return `${stateFolder}/manifests/${projectSegment(ref.project)}/${ref.step}.manifest.json`;
}

export function keyPath(ref: StepRef): string {
  return `${stateFolder}/manifests/${projectSegment(ref.project)}/${ref.step}.key.json`;
}

/** The gate's last answer on a model. */
export function verdictPath(project: string): string {
  return `${stateFolder}/manifests/${projectSegment(project)}/gate.verdict.json`;
}

/**
 * How files beside the manifests end that are views of results: what they name is kept by manifests and journals, or was never
 * an object.
 */
export const viewEndings: readonly string[] = ['.report.json', '.verdict.json'];

/** How far the journals of test sets were seen: docs/design/gate.md. The first is kept in git. */
export const gatesPath = 'nx-ml.gates.json';
export const gateMemoryPath = `${stateFolder}/state/gates.json`;

/** What each step stood at when Nx ended last: docs/design/savings.md. */
export const standingPath = `${stateFolder}/state/standing.json`;

/** What an evaluation came to, for people; derived from its stored predictions. */
export function evaluationReportPath(project: string): string {
  return `${stateFolder}/manifests/${projectSegment(project)}/evaluate.report.json`;
}

export function logPath(ref: StepRef, seed: number | null): string {
  const suffix = seed === null ? '' : `.seed-${String(seed)}`;
  return `${stateFolder}/logs/${projectSegment(ref.project)}/${ref.step}${suffix}.log`;
}

/** Where the private folders of attempts lie; absolute. What one's process left there ends with `@` and its mark. */
export function runsFolder(root: string): string {
  return join(root, stateFolder, 'runs');
}

/** The private folder of one attempt; absolute. */
export function runFolder(root: string, ref: StepRef, attempt: string): string {
  return join(runsFolder(root), `${projectSegment(ref.project)}.${ref.step}.${attempt}`);
}

/** Where the outputs of a finished command go that could not be published. One for each step and seed: the newest. */
export function keptFolder(ref: StepRef, seed: number | null): string {
  const suffix = seed === null ? '' : `.seed-${String(seed)}`;
  return `${stateFolder}/kept/${projectSegment(ref.project)}.${ref.step}${suffix}`;
}

/** What is remembered of data that did not change: docs/design/stat-cache.md. Absolute. */
export function dataCacheFolder(root: string): string {
  return join(root, stateFolder, 'state', 'data');
}

/** What is remembered of the MD5 sums of data, which DVC names it by: docs/design/stat-cache.md. Absolute. */
export function sumsCacheFolder(root: string): string {
  return join(root, stateFolder, 'state', 'sums');
}

/** Lists of DVC's folders that a remote gave. Absolute. */
export function dvcListsFolder(root: string): string {
  return join(root, stateFolder, 'state', 'dvc-lists');
}

/** Where what came of interrupted downloads waits: docs/design/interop.md. Absolute. */
export function downloadsFolder(root: string): string {
  return join(root, stateFolder, 'downloads');
}
