import { posix } from 'node:path';

import type { ImportClosure } from '../../imports/index.js';
import { compareText } from '../../kernel/index.js';
import { commandEntries, isParsedSource } from '../../provenance/index.js';
import type { StageSources } from './lineage.js';
import type { ImportNote } from './note.js';
import { folderOf, isWithin } from './paths.js';
import type { DvcStage } from './stage.js';
import { filesBelow } from './tree.js';
import type { DvcTree } from './tree.js';

export interface CodeContext {
  readonly tree: DvcTree;
  readonly closureOf: (entries: readonly string[]) => ImportClosure;
  /** Paths that stages and .dvc files make. */
  readonly made: readonly string[];
  /** Params files that are written anew for every run, which a script may import. */
  readonly written: readonly string[];
}

export interface StageCode {
  /** Globs, workspace-relative; `!` excludes. */
  readonly globs: readonly string[];
  readonly notes: readonly ImportNote[];
}

/**
 * The files of the workspace that a stage's commands see: what its `deps` list, what its commands name, and what those
 * files import. They are all that its run key holds of the workspace, and all that its commands find.
 */
export function stageCode(stage: DvcStage, sources: StageSources, context: CodeContext): StageCode {
  const { tree, made, written } = context;
  const folders = sources.workspace.filter((path) => !tree.isFile(path));
  const files = new Set([...sources.workspace.filter((path) => tree.isFile(path)), ...named(stage, context)]);
  const listed = [...files, ...folders.flatMap((folder) => filesBelow(tree, folder))];
  const closure = context.closureOf(listed.filter(isParsedSource));
  for (const path of closure.files) if (isSeen(path, context) && !written.includes(path)) files.add(path);
  for (const path of [...listed, ...closure.files].flatMap((each) => packageManifestOf(each, tree) ?? []))
    files.add(path);
  const alone = [...files].filter((path) => !folders.some((folder) => isWithin(path, folder)));
  return {
    globs: [...alone.sort(compareText), ...folders.flatMap((folder) => folderGlobs(folder, made))],
    notes: openImports(stage, closure),
  };
}

/** Files that the commands name, `deps` or not; without params files, of which only some values may be the stage's. */
function named({ commands, folder, params }: DvcStage, context: CodeContext): readonly string[] {
  const inFolder = (path: string): string => posix.normalize(posix.join(folder, path));
  const isFile = (path: string): boolean =>
    !path.startsWith('/') && !inFolder(path).startsWith('../') && context.tree.isFile(inFolder(path));
  return commands
    .flatMap((command) => {
      const { files, modules } = commandEntries(command, isFile);
      const paths = modules.map((module) => module.replaceAll('.', '/'));
      return [...files, ...paths.flatMap((path) => [`${path}.py`, `${path}/__main__.py`]).filter(isFile)];
    })
    .map(inFolder)
    .filter((path) => isSeen(path, context) && !params.some(({ file }) => file === path));
}

function isSeen(path: string, { tree, made }: CodeContext): boolean {
  return (
    !path.split('/').includes('..') && !tree.isIgnored(path) && !made.some((each) => isWithin(path, each))
  );
}

function folderGlobs(folder: string, made: readonly string[]): readonly string[] {
  const at = (glob: string): string => (folder === '' ? glob : `${folder}/${glob}`);
  const others = made.filter((path) => isWithin(path, folder));
  return [
    at('**/*'),
    `!${at('**/__pycache__/**')}`,
    ...others.flatMap((path) => [`!${path}`, `!${path}/**`]),
  ];
}

/** The package.json that tells Node how to load a script. */
function packageManifestOf(path: string, tree: DvcTree): string | undefined {
  if (!/\.[cm]?[jt]sx?$/.test(path)) return undefined;
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    const manifest = folder === '' ? 'package.json' : `${folder}/package.json`;
    if (tree.isFile(manifest)) return manifest;
    if (folder === '') return undefined;
  }
}

function openImports({ name }: DvcStage, { unresolved }: ImportClosure): readonly ImportNote[] {
  return unresolved
    .filter(({ reason }) => reason === 'not-literal' || reason === 'search-path')
    .map(({ file, line, text }) => ({
      where: name,
      what: `what ${file}:${String(line)} loads: ${text}`,
      mend: 'That is known only when the program runs: see that `code:` in ml.yaml lists it.',
    }));
}
