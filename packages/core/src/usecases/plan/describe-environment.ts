import type { EnvironmentProbe } from '../../environment/index.js';
import type { StepSpec } from '../../manifest/index.js';
import { commandWords, programKind } from '../../provenance/index.js';
import type { EnvironmentDocument } from '../../provenance/index.js';
import type { MlProject, Workspace } from '../ports.js';
import type { StepCode } from './step-closure.js';

export interface DescribeEnvironmentInput {
  readonly spec: StepSpec;
  readonly code: StepCode;
  readonly project: MlProject;
  readonly workspace: Workspace;
  readonly probe: EnvironmentProbe;
}

/** The part of a run key that tells the machine: as little of it as can change the result. */
export async function describeEnvironment(input: DescribeEnvironmentInput): Promise<EnvironmentDocument> {
  const { spec, probe } = input;
  const kinds = interpreterKinds(input);
  const interpreters: Record<string, string> = {};
  const packages: Record<string, string> = {};
  if (kinds.has('node')) {
    interpreters['node'] = await probe.nodeVersion();
    const names = [...input.code.packages, ...(kinds.has('python') ? [] : spec.environment.packages)];
    Object.assign(packages, input.workspace.lockedPackages(input.project.name, names));
  }
  if (kinds.has('python')) {
    const python = await probe.python(spec.environment.python);
    interpreters['python'] = python.version;
    Object.assign(packages, python.packages([...input.code.pythonModules, ...spec.environment.packages]));
  }
  return {
    platform: probe.platform,
    accelerator: spec.resources.gpu === 0 ? 'none' : await probe.accelerator(),
    interpreters,
    packages,
    env: Object.fromEntries(spec.environment.env.map((name) => [name, probe.variables[name] ?? null])),
  };
}

/** Interpreters that a step uses: what its command names, and what its code is written in. */
export function interpreterKinds({
  spec,
  code,
}: Pick<DescribeEnvironmentInput, 'spec' | 'code'>): ReadonlySet<'node' | 'python'> {
  const kinds = new Set<'node' | 'python'>();
  for (const word of commandWords(spec.command)) {
    const kind = programKind(word);
    if (kind !== 'other') kinds.add(kind);
  }
  for (const file of code.started) kinds.add(/\.pyi?$/.test(file) ? 'python' : 'node');
  return kinds;
}
