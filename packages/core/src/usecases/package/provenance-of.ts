import type { Dependency, Provenance } from '../../bundle/index.js';
import { hexOf } from '../../kernel/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import type { RunKeyDocument } from '../../provenance/index.js';
import type { PlannedRun } from '../plan/plan-step.js';
import type { PackagePlan } from './package-plan.js';

const buildType = 'urn:nx-ml:train-evaluate-package:1';
const builder = 'urn:nx-ml:step';

/**
 * SLSA provenance v1 of a model. Outside parameters are what a person wrote; the inputs of the run keys are its dependencies, each by the digest that
 * the key holds. No clock, no host, no commit: the registry tells who packaged it, when and where.
 */
export function provenanceOf({ trained, evaluated, plan }: PackagePlan): Provenance {
  const runs = [
    ['train', trained],
    ...(evaluated === undefined ? [] : [['evaluate', evaluated.run] as const]),
  ] as const;
  return {
    buildDefinition: {
      buildType,
      externalParameters: {
        project: plan.ref.project,
        ...Object.fromEntries(runs.map(([step, { document }]) => [step, parametersOf(document)])),
      },
      resolvedDependencies: runs.flatMap(([step, run]) => dependenciesOf(step, run)),
    },
    runDetails: { builder: { id: builder } },
  };
}

function parametersOf({ command, params, seed, environment }: RunKeyDocument): JsonObject {
  return { command, params, seed, environment: JSON.parse(JSON.stringify(environment)) as JsonObject };
}

function dependenciesOf(step: string, { key, document }: PlannedRun): readonly Dependency[] {
  const inputs = Object.entries(document.inputs).map(([name, { kind, project, digest }]) =>
    dependency(`${step}/${kind}/${name}`, digest, { project }),
  );
  const code = document.code.map(({ path, digest }) => dependency(`${step}/code/${path}`, digest));
  return [dependency(`${step}/run-key`, key), ...inputs, ...code];
}

function dependency(name: string, digest: Digest, annotations?: JsonObject): Dependency {
  return { name, digest: { sha256: hexOf(digest) }, ...(annotations === undefined ? {} : { annotations }) };
}
