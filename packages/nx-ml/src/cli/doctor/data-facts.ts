import { posix } from 'node:path';

import type { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import type { DataFacts, IgnoredPath, UnreadableFile } from '@nx-ml/core/doctor';
import { decodePointer } from '@nx-ml/core/documents';
import { isMlError } from '@nx-ml/core/kernel';
import { datasetSource } from '@nx-ml/core/manifest';
import type { Problem } from '@nx-ml/core/manifest';
import type { MlProject } from '@nx-ml/core/usecases';
import { pointedPath } from '@nx-ml/core/usecases/given';

import type { GitQuestions } from './git-facts.js';
import type { FoundProjects } from './ml-projects.js';

/** Above this, git's history grows noticeably with every version. Bytes. */
const large = 5_000_000;

export interface DataQuestions {
  readonly files: WorkspaceFiles;
  readonly git: GitQuestions;
  readonly found: FoundProjects;
  readonly listed: readonly string[];
}

export function dataFacts({ files, git, found, listed }: DataQuestions): DataFacts {
  const datasets = found.projects.filter(({ config }) => config.kind === 'dataset');
  const { pointers, unreadable } = readPointers(files, datasets);
  const ignored = (paths: readonly string[]): readonly IgnoredPath[] =>
    withRules(
      paths.filter((path) => files.isIgnored(path)),
      git,
    );
  return {
    configs: found.projects.length,
    datasets: datasets.length,
    unreadable: [...found.broken.map(asUnreadable), ...unreadable],
    ignoredConfigs: ignored(hiddenConfigs(files, found)),
    ignoredFiles: ignored(listed),
    ignoredPointers: ignored(pointers),
    exposedData: exposed(pointers.map(pointedPath), files, git),
    largeFiles: largeFiles(datasets, files, git),
  };
}

/** Files that datasets list under `files:`, ignored or not. */
export function listedFiles(projects: readonly MlProject[], files: WorkspaceFiles): readonly string[] {
  return projects.flatMap(({ root, config }) => {
    const source = config.kind === 'dataset' ? datasetSource(config) : undefined;
    return source?.from === 'files' ? files.glob(root, source.globs) : [];
  });
}

/** A copy of a project that is there as well, such as one in a build folder, is ignored on purpose. */
function hiddenConfigs(files: WorkspaceFiles, { graph }: FoundProjects): readonly string[] {
  return files
    .glob('', ['**/ml.yaml'])
    .filter((path) => !(posix.basename(posix.dirname(path)) in graph.nodes));
}

interface Pointers {
  /** Of files that are pointers, or that a dataset takes for one and are there. */
  readonly pointers: readonly string[];
  readonly unreadable: readonly UnreadableFile[];
}

function readPointers(files: WorkspaceFiles, datasets: readonly MlProject[]): Pointers {
  const named = new Set(datasets.flatMap(pointerOf));
  const pointers: string[] = [];
  const unreadable: UnreadableFile[] = [];
  for (const path of files.glob('', ['**/*.ref.json'])) {
    try {
      decodePointer(files.readText(path) ?? '', path);
      pointers.push(path);
    } catch (error) {
      if (!isMlError(error)) throw error;
      if (named.has(path)) unreadable.push({ file: path, message: error.message, fix: error.fix });
    }
  }
  return { pointers, unreadable };
}

function pointerOf({ root, config }: MlProject): readonly string[] {
  const source = config.kind === 'dataset' ? datasetSource(config) : undefined;
  return source?.from === 'pointer' ? [posix.join(root, source.path)] : [];
}

function exposed(
  paths: readonly string[],
  files: WorkspaceFiles,
  git: GitQuestions,
): DataFacts['exposedData'] {
  const tracked = new Set(git.tracked(paths));
  const isTracked = (path: string): boolean =>
    tracked.has(path) || [...tracked].some((file) => file.startsWith(`${path}/`));
  return paths
    .map((path) => ({ path, isTracked: isTracked(path) }))
    .filter((each) => each.isTracked || !files.isIgnored(each.path));
}

function largeFiles(
  datasets: readonly MlProject[],
  files: WorkspaceFiles,
  git: GitQuestions,
): DataFacts['largeFiles'] {
  return git
    .tracked(datasets.map(({ root }) => (root === '' ? '.' : root)))
    .filter((path) => files.isFile(path))
    .map((path) => ({ path, size: files.sizeOf(path) }))
    .filter(({ size }) => size > large);
}

function withRules(paths: readonly string[], git: GitQuestions): readonly IgnoredPath[] {
  const rules = git.ignoreRules(paths);
  return paths.map((path) => ({ path, rule: rules.get(path) }));
}

function asUnreadable({ file, line, column, message, fix }: Problem): UnreadableFile {
  return { file: `${file}:${String(line)}:${String(column)}`, message, fix };
}
