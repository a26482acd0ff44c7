import { memoryTree } from '../../../imports/testing/memory-tree.js';
import { isJsonObject } from '../../../kernel/index.js';
import type { JsonObject } from '../../../kernel/index.js';
import { readYaml } from '../../../manifest/index.js';
import { planImport } from '../plan.js';
import type { ImportInput, ImportPlan } from '../plan.js';
import type { DvcTree } from '../tree.js';
import { memoryBytes } from './memory-bytes.js';

/** Files by workspace-relative path. */
export type Files = Readonly<Record<string, string>>;

/** @param ignored folders and files that git ignores. */
export function dvcTreeOf(files: Files, ignored: readonly string[] = []): DvcTree {
  const isIgnored = (path: string): boolean =>
    ignored.some((each) => path === each || path.startsWith(`${each}/`));
  return { ...memoryTree(files), isIgnored };
}

export function planOf(
  files: Files,
  options: Partial<ImportInput> & { readonly ignored?: readonly string[] } = {},
): ImportPlan {
  const { ignored, ...input } = options;
  const tree = dvcTreeOf(files, ignored);
  return planImport({
    ...{
      tree,
      bytes: memoryBytes(files),
      folder: '',
      directory: 'ml',
      prefix: '',
      models: [],
      datasets: [],
      projects: [],
    },
    ...input,
  });
}

/** The ml.yaml of a planned project, as values. */
export function configOf(plan: ImportPlan, name: string): JsonObject {
  const text = plan.projects.find((each) => each.name === name)?.text;
  const value = text === undefined ? undefined : readYaml(text).value;
  if (!isJsonObject(value)) throw new Error(`no project ${name}`);
  return value;
}

/** A stage with an input in git and one output, over which a spec lays what it is about. */
export function stageYaml(name: string, keys: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    stages: { [name]: { cmd: 'python run.py', deps: ['run.py'], outs: ['out.txt'], ...keys } },
  });
}
