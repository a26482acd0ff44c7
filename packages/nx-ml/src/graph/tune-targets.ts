import type { TargetConfiguration } from '@nx/devkit';
import type { StepName } from '@nx-ml/core/documents';
import { stepsOf } from '@nx-ml/core/manifest';
import type { MlConfig } from '@nx-ml/core/manifest';

const tuneExecutor = 'nx-ml:tune';

/**
 * The target of a model that says what is to be searched. Never a hit of Nx: the journal of the study knows what was tried, and Nx does not.
 * An executor of its own, for a study takes hours, and a batch of steps should not wait for that.
 */
export function tuneTargets({
  project,
  config,
}: {
  readonly project: string;
  readonly config: MlConfig;
}): Readonly<Record<string, TargetConfiguration>> {
  if (config.kind !== 'model' || config.tune === undefined) return {};
  return { tune: { ...brokenTune, dependsOn: upstreamOf(config), metadata: metadataOf(project) } };
}

/** Of a model whose ml.yaml cannot be understood: it says why. */
export const brokenTune: TargetConfiguration = { executor: tuneExecutor, options: {}, cache: false };

/** What the commands of trials read. */
function upstreamOf(config: MlConfig): NonNullable<TargetConfiguration['dependsOn']> {
  const steps = stepsOf(config);
  const on = (target: StepName, inputs: readonly Readonly<Record<string, string>>[]) => {
    const projects = [...new Set(inputs.flatMap((names) => Object.values(names)))];
    return projects.length === 0 ? [] : [{ projects, target }];
  };
  return [
    ...on(
      'data',
      steps.map(({ data }) => data),
    ),
    ...on(
      'train',
      steps.map(({ models }) => models),
    ),
  ];
}

function metadataOf(project: string): NonNullable<TargetConfiguration['metadata']> {
  return {
    description: 'Search the parameters for the best result, never running the same trial twice',
    technologies: ['nx-ml'],
    help: { command: `npx nx run ${project}:tune --help`, example: { args: ['--apply'] } },
  };
}
