import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import { LocalEnvironment } from '@nx-ml/core/adapters/environment-local';
import type { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { isOptionalImport } from '@nx-ml/core/doctor';
import type { MissingModule, OtherPython, PythonFacts, ShebangFacts } from '@nx-ml/core/doctor';
import { isMlError } from '@nx-ml/core/kernel';

import { pythonUses } from './python-uses.js';
import type { PythonUse } from './python-uses.js';
import type { FoundProjects } from './ml-projects.js';

type Variables = Readonly<Record<string, string | undefined>>;

export interface PythonQuestions {
  readonly root: string;
  readonly files: WorkspaceFiles;
  readonly found: FoundProjects;
  readonly variables: Variables;
}

/** One answer for each interpreter that the projects ask for. */
export async function pythonFacts(questions: PythonQuestions): Promise<readonly PythonFacts[]> {
  const { variables } = questions;
  const machine = new LocalEnvironment(variables);
  const byName = new Map<string, PythonUse[]>();
  for (const use of pythonUses(questions)) {
    const name = variables['NX_ML_PYTHON'] ?? use.configured ?? 'python3';
    byName.set(name, [...(byName.get(name) ?? []), use]);
  }
  return Promise.all([...byName].map(([name, uses]) => factsOf(name, uses, questions, machine)));
}

async function factsOf(
  name: string,
  uses: readonly PythonUse[],
  { files, variables }: PythonQuestions,
  machine: LocalEnvironment,
): Promise<PythonFacts> {
  const users = [...new Set(uses.map(({ project }) => project))];
  const base = { name, chosenBy: chooserOf(name, variables), users };
  const python = await machine.python(name).catch((error: unknown) => {
    if (isMlError(error)) return { failure: error.message };
    throw error;
  });
  if ('failure' in python) return { ...base, interpreter: python, missing: [], others: [], shebangs: [] };
  const modules = [...new Set(uses.flatMap((use) => use.modules))];
  const answer = await askPython(python.path, modules);
  const missing = (answer?.lacks ?? []).map((module) => missingModule(module, uses, files));
  return {
    ...base,
    interpreter: { path: python.path, version: python.version },
    missing,
    others: await otherPythons(answer, variables),
    shebangs: shebangsOf(uses, files),
  };
}

function chooserOf(name: string, variables: Variables): PythonFacts['chosenBy'] {
  if (variables['NX_ML_PYTHON'] !== undefined) return 'NX_ML_PYTHON';
  return name === 'python3' ? 'PATH' : 'environment.python';
}

function missingModule(module: string, uses: readonly PythonUse[], files: WorkspaceFiles): MissingModule {
  const importers = uses.filter(({ modules }) => modules.includes(module));
  const statements = importers.flatMap(({ imports }) => imports.filter((each) => each.module === module));
  return {
    module,
    importedBy: [...new Set(importers.map(({ project }) => project))],
    isOptional:
      statements.length > 0 &&
      statements.every(({ file, line }) => isOptionalImport(files.readText(file) ?? '', line)),
  };
}

interface PythonAnswer {
  readonly version: string;
  /** The environment: several names on the PATH may lead to one. */
  readonly prefix: string;
  readonly lacks: readonly string[];
}

/** Looks for modules without importing them. */
const question = `import importlib.util, json, platform, sys
lacks = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]
print(json.dumps({"version": platform.python_version(), "prefix": sys.prefix, "lacks": lacks}))`;

/** undefined for an interpreter that does not answer. */
async function askPython(path: string, modules: readonly string[]): Promise<PythonAnswer | undefined> {
  try {
    // From a folder without modules of its own: Python looks there first.
    const options = { cwd: '/', timeout: 30_000 };
    const { stdout } = await promisify(execFile)(path, ['-c', question, ...modules], options);
    return JSON.parse(stdout) as PythonAnswer;
  } catch {
    return undefined;
  }
}

/** The interpreters on the PATH that are another environment than the one used, each once. */
async function otherPythons(
  used: PythonAnswer | undefined,
  variables: Variables,
): Promise<readonly OtherPython[]> {
  const folders = (variables['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = folders
    .flatMap((folder) => ['python3', 'python'].map((name) => join(folder, name)))
    .filter(isExecutable);
  const answers = await Promise.all(paths.map((path) => askPython(path, used?.lacks ?? [])));
  const prefixes = new Set([used?.prefix]);
  return answers.flatMap((answer, index) => {
    if (answer === undefined || prefixes.has(answer.prefix)) return [];
    prefixes.add(answer.prefix);
    return [{ path: paths[index] ?? '', version: answer.version, lacks: answer.lacks }];
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Scripts that a command starts directly, and whose first line names an interpreter by its path. */
function shebangsOf(uses: readonly PythonUse[], files: WorkspaceFiles): readonly ShebangFacts[] {
  return uses.flatMap(({ project, startsDirectly: file }) => {
    const [, interpreter] = /^#!\s*(\S+)/.exec(file === undefined ? '' : (files.readText(file) ?? '')) ?? [];
    if (file === undefined || interpreter === undefined || interpreter.endsWith('/env')) return [];
    return [{ project, file, interpreter }];
  });
}
