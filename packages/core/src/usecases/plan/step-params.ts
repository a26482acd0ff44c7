import { MlError } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { mergeParams, parseParamsFile } from '../../manifest/index.js';
import type { StepSpec } from '../../manifest/index.js';
import { inProject } from '../in-project.js';
import type { MlProject, Workspace } from '../ports.js';

export interface StepParams {
  readonly params: JsonObject;
  /** Workspace-relative params file, where one is named. */
  readonly file: string | undefined;
}

/** The parameters of a step: the params file's or the model's, with the step's own over them. */
export function readParams(spec: StepSpec, project: MlProject, workspace: Workspace): StepParams {
  const { file: name, values } = spec.params;
  if (name === undefined) return { params: values, file: undefined };
  const file = inProject(project, name);
  const text = workspace.tree.readText(file);
  if (text !== undefined) return { params: mergeParams(parseParamsFile(text, file), values), file };
  throw new MlError('ERR_ML_PARAMS_INVALID', {
    message: `${project.root}/ml.yaml names the params file ${name}, which is not there`,
    fix: `Create ${file}, or write the parameters into ml.yaml.`,
  });
}
