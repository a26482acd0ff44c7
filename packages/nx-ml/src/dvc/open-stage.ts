import { copyFileSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { paramsFileText } from '@nx-ml/core/interop/dvc-import';
import { isJsonObject } from '@nx-ml/core/kernel';
import type { JsonObject } from '@nx-ml/core/kernel';
import { mlYamlError, parseMlYaml, stepsOf } from '@nx-ml/core/manifest';
import type { RunDocument } from '@nx-ml/core/manifest';

import type { StagePlace } from './stage-run.js';

/** What a stage says of itself; paths are workspace-relative. */
export interface StageOptions {
  /** Where its commands run; '' is the workspace. */
  readonly folder: string;
  readonly params: readonly string[];
  /** `params.py:Train`: the maps that a Python params file has as classes. */
  readonly classes: readonly string[];
  readonly outs: readonly string[];
  readonly metrics: readonly string[];
}

/**
 * Lays out the folder in which a stage's commands run.
 *
 * Code is copied, since Python and Node look for modules beside the real file: a link would lead them back into the
 * workspace, to files that no run key holds. Inputs may be large, and are linked where the file system can.
 *
 * @returns where the commands start; absolute.
 */
export function openStage(
  place: StagePlace,
  { folder, params, classes, outs, metrics }: StageOptions,
): string {
  const { work, document, state } = place.run;
  mkdirSync(work, { recursive: true });
  const code = codeFiles(place);
  for (const path of code) put(join(place.root, path), join(work, path), copyFileSync);
  for (const input of Object.values(document.inputs))
    for (const path of filesOf(input)) put(join(input, path), join(work, path), linkOrCopy);
  writeParams({ files: params, classes }, document.params, work);
  for (const path of [...outs, ...metrics]) mkdirSync(dirname(join(work, path)), { recursive: true });
  mkdirSync(join(work, folder), { recursive: true });
  writeFileSync(state, JSON.stringify({ outs, metrics }));
  place.note(whatIsSeen(code.length, params, document));
  return join(work, folder);
}

/** For those who read the log of a stage that missed something. */
function whatIsSeen(files: number, params: readonly string[], document: RunDocument): string {
  const parts = [
    `${String(files)} files under code:`,
    ...Object.keys(document.inputs).map((name) => `the input ${name}`),
    ...params.map((file) => `${file} with ${Object.keys(document.params).join(', ') || 'nothing'}`),
  ];
  return `nx-ml-dvc: this stage sees ${parts.join('; ')}. What it misses belongs into ml.yaml: code, data or params.\n`;
}

/** The files that `code:` lists for the step that runs, less those that git ignores: Nx sees none of them change. */
function codeFiles({ root, project, run }: StagePlace): readonly string[] {
  const files = new WorkspaceFiles(root);
  const folder = relative(root, project).split(sep).join('/');
  const file = `${folder}/ml.yaml`;
  const parsed = parseMlYaml(files.readText(file) ?? '', file);
  if (!parsed.ok) throw mlYamlError(parsed.problems);
  const globs = stepsOf(parsed.config).find(({ step }) => step === run.document.step)?.code ?? [];
  return globs.length === 0 ? [] : files.glob(folder, globs).filter((path) => !files.isIgnored(path));
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function put(from: string, to: string, how: (from: string, to: string) => void): void {
  mkdirSync(dirname(to), { recursive: true });
  rmSync(to, { force: true }); // What is made goes before what lies in git at the same path.
  how(from, to);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to); // Another file system, or one without links.
  }
}

interface ParamsFiles {
  readonly files: readonly string[];
  readonly classes: readonly string[];
}

/** One file has all parameters; several have each the map under their path. */
function writeParams({ files, classes }: ParamsFiles, params: JsonObject, work: string): void {
  for (const file of files) {
    const own = classes
      .filter((each) => each.startsWith(`${file}:`))
      .map((each) => each.slice(file.length + 1));
    const below = files.length === 1 ? params : params[file];
    mkdirSync(dirname(join(work, file)), { recursive: true });
    writeFileSync(join(work, file), paramsFileText(isJsonObject(below) ? below : {}, file, own));
  }
}
