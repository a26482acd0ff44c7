import type { PythonInterpreter } from '../../environment/index.js';
import { compareText } from '../../kernel/index.js';
import { pythonQuestion } from './python-question.js';

interface Answer {
  /** null where an interpreter cannot tell. */
  readonly executable: string | null;
  readonly version: string;
  readonly implementation: string;
  readonly modules: Readonly<Record<string, readonly string[]>>;
  readonly dists: Readonly<
    Record<string, { readonly version: string; readonly requires: readonly string[] }>
  >;
}

export async function probePython(
  path: string,
  ask: (args: readonly string[]) => Promise<string>,
): Promise<PythonInterpreter> {
  // -I would hide user packages and PYTHONPATH, which the command itself will see.
  const answer = JSON.parse(await ask(['-c', pythonQuestion])) as Answer;
  const implementation = answer.implementation === 'cpython' ? '' : `${answer.implementation} `;
  return {
    path,
    executable: answer.executable ?? path,
    version: `${implementation}${answer.version}`,
    packages: (modules) => packagesOf(answer, modules),
  };
}

/** A module that no distribution provides is told as `missing`: installing it later changes the run key. */
function packagesOf(answer: Answer, modules: readonly string[]): Readonly<Record<string, string>> {
  const versions = new Map<string, string>();
  const add = (name: string): void => {
    const dist = answer.dists[name];
    if (dist === undefined || versions.has(name)) return;
    versions.set(name, dist.version);
    dist.requires.forEach(add);
  };
  for (const module of modules) {
    const providers = answer.modules[module] ?? (answer.dists[normalise(module)] ? [normalise(module)] : []);
    if (providers.length === 0) versions.set(module, 'missing');
    providers.forEach(add);
  }
  return Object.fromEntries([...versions].sort(([a], [b]) => compareText(a, b)));
}

function normalise(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}
