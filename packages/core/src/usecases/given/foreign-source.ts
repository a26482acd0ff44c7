import { readDvcRef } from '../../interop/dvc/index.js';
import type { ForeignData, ForeignRef } from '../../interop/foreign/index.js';
import { parseHubDataset } from '../../interop/huggingface/index.js';
import { MlError } from '../../kernel/index.js';
import type { DatasetSource } from '../../manifest/index.js';
import { inProject } from '../in-project.js';
import { pointerText } from './pointer-text.js';
import type { MlProject, Workspace } from '../ports.js';

export type ForeignSource = Extract<DatasetSource, { from: 'dvc' | 'hf' }>;

export function isForeign(source: DatasetSource): source is ForeignSource {
  return source.from === 'dvc' || source.from === 'hf';
}

export interface ForeignSourceDeps {
  readonly workspace: Workspace;
  readonly data: Pick<ForeignData, 'hubCommit'>;
}

/**
 * The foreign name that a dataset's ml.yaml, or the .dvc file in it, gives to its data.
 *
 * @throws MlError ERR_ML_DATA_MISSING, ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE, ERR_ML_CONFIG_INVALID
 */
export function foreignRefOf(project: MlProject, source: ForeignSource, deps: ForeignSourceDeps): ForeignRef {
  return source.from === 'dvc'
    ? dvcRefOf(project, source.path, deps.workspace)
    : hubRefOf(project, source, deps.data);
}

function dvcRefOf(project: MlProject, path: string, workspace: Workspace): ForeignRef {
  const file = inProject(project, path);
  const text = pointerText(file, workspace);
  if (text !== undefined) return readDvcRef(text, file);
  throw new MlError('ERR_ML_DATA_MISSING', {
    message: `${project.root}/ml.yaml names the pointer ${path}, which is not there`,
    fix: `Create it: dvc add ${file.replace(/\.dvc$/, '')}, or nx-ml data add --dvc ${file.replace(/\.dvc$/, '')}`,
  });
}

function hubRefOf(
  project: MlProject,
  { name, globs }: Extract<ForeignSource, { from: 'hf' }>,
  data: ForeignSourceDeps['data'],
): ForeignRef {
  const dataset = parseHubDataset(name);
  if (dataset !== undefined && /^[0-9a-f]{40}$/.test(dataset.revision))
    return { tool: 'huggingface', repo: dataset.repo, commit: dataset.revision, files: globs };
  const commit = dataset === undefined ? undefined : data.hubCommit(dataset);
  const example = `hf: ${dataset?.repo ?? 'org/name'}@${commit ?? '<40 hexadecimal digits>'}`;
  throw new MlError('ERR_ML_CONFIG_INVALID', {
    message: `${project.root}/ml.yaml: \`hf\` is ${JSON.stringify(name)}, and only a commit pins what a dataset is`,
    fix:
      commit === undefined
        ? `Write the commit, which the dataset's page on the hub shows: ${example}`
        : `Write the commit that ${dataset?.revision ?? ''} was when it was downloaded: ${example}`,
  });
}
