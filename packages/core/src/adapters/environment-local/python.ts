import type { PythonInterpreter } from '../../environment/index.js';
import { compareText } from '../../kernel/index.js';

/**
 * Asked of the interpreter once: its version, which distribution provides each top-level module, and each
 * distribution's version and requirements. Written for Python 3.8 and later, standard library only.
 */
const question = String.raw`
import json, os, platform, re, sys
from importlib import metadata
modules, dists = {}, {}
norm = lambda n: re.sub(r"[-_.]+", "-", n).lower()
for d in metadata.distributions():
    name = d.metadata["Name"]
    if not name or norm(name) in dists:
        continue
    key = norm(name)
    requires = []
    for r in d.requires or []:
        if "extra ==" in r.replace("'", '"'):
            continue
        m = re.match(r"[A-Za-z0-9._-]+", r)
        if m:
            requires.append(norm(m.group(0)))
    dists[key] = {"version": d.version, "requires": sorted(set(requires))}
    tops = set((d.read_text("top_level.txt") or "").split())
    if not tops:
        for f in d.files or []:
            first = f.parts[0]
            if len(f.parts) > 1 and not first.endswith((".dist-info", ".egg-info", ".data")) and first not in ("..", "__pycache__"):
                tops.add(first)
            elif len(f.parts) == 1 and first.endswith((".py", ".so", ".pyd")):
                tops.add(first.split(".")[0])
    for t in tops:
        modules.setdefault(t.split("/")[0], []).append(key)
print(json.dumps({"version": platform.python_version(), "implementation": sys.implementation.name, "modules": modules, "dists": dists}))
`;

interface Answer {
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
  const answer = JSON.parse(await ask(['-c', question])) as Answer;
  const implementation = answer.implementation === 'cpython' ? '' : `${answer.implementation} `;
  return {
    path,
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
