import { importClosure } from '../../imports/index.js';
import type { CodeProject } from '../../imports/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { stageCode } from './code.js';
import { stageCommand } from './command.js';
import { compact } from './ml-text.js';
import type { ImportNote } from './note.js';
import { folderOf } from './paths.js';
import type { Owner, PlanContext } from './plan-context.js';
import type { DvcStage } from './stage.js';
import { stageNotes } from './stage-notes.js';
import { carryParams } from './stage-params.js';

/** Something of an ml.yaml, and what could not go into it. */
export interface Carried<T> {
  readonly config: T;
  readonly notes: readonly ImportNote[];
}

/**
 * A stage as a step of an ml.yaml: command, params, code.
 *
 * @param owner whose project the step is in.
 */
export function stepConfig(
  stage: DvcStage,
  owner: Owner,
  context: PlanContext,
): Carried<JsonObject & { readonly command: string }> {
  const { tree, lineage } = context;
  const projects = withDvcFolders(stage, context.projects);
  const params = carryParams(stage, tree);
  const code = stageCode(stage, lineage.sourcesOf(stage), {
    tree,
    made: lineage.madePaths,
    written: params.files,
    closureOf: (entries) => importClosure(entries, { tree, projects }),
  });
  const globs = [...new Set([...code.globs, ...params.whole])];
  const { files, classes } = params;
  const command = stageCommand({ stage, params: files, classes, metrics: context.metricsOf(stage) });
  const rest = compact({ params: params.values, code: globs.map((glob) => context.fromRoot(owner, glob)) });
  return { config: { command, ...rest }, notes: [...stageNotes(stage), ...params.notes, ...code.notes] };
}

/**
 * Scripts of a DVC project import from its folder (`from src.data import load`), which is no Nx project as a rule: as one,
 * it is searched.
 */
function withDvcFolders(
  { file, folder }: DvcStage,
  projects: readonly CodeProject[],
): readonly CodeProject[] {
  const roots = [...new Set([folderOf(file), folder])];
  const missing = roots.filter((root) => !projects.some((each) => each.root === root));
  return [...projects, ...missing.map((root) => ({ name: `dvc:${root}`, root }))];
}
