import type { TargetConfiguration } from '@nx/devkit';
import { servedModels } from '@nx-ml/core/manifest';
import type { MlConfig } from '@nx-ml/core/manifest';

const serviceExecutor = 'nx-ml:service';

type Verb = 'deploy' | 'rollback' | 'serve';

const descriptions: Readonly<Record<Verb, string>> = {
  deploy: 'Make an environment serve the champions of the service’s models, by evidence',
  rollback: 'Go back to what the service served before, or rehearse that with --drill',
  serve: 'Try the service out on this machine: the gateway with what is packaged of its models',
};

/**
 * The targets of a service. Never a hit of Nx: what is served lies outside of the workspace. They have an
 * executor of their own, for a deployment may watch traffic for an hour, and a batch of steps should not wait for that.
 */
export function serviceTargets(config: MlConfig): Readonly<Record<string, TargetConfiguration>> {
  if (config.kind !== 'service') return {};
  const models = [...new Set(Object.values(servedModels(config).models))];
  return {
    serve: {
      ...target('serve', ['--port=8000']),
      continuous: true,
      dependsOn: [{ projects: models, target: 'package' }],
    },
    ...(config.deploy === undefined ? {} : deployTargets()),
  };
}

/** Also of a service whose ml.yaml cannot be understood: what it is asked to do says why it cannot. */
export function deployTargets(): Readonly<Record<string, TargetConfiguration>> {
  return {
    deploy: target('deploy', ['--dry-run']),
    rollback: target('rollback', ['--reason=why']),
  };
}

function target(verb: Verb, args: readonly string[]): TargetConfiguration {
  return {
    executor: serviceExecutor,
    options: { verb },
    cache: false,
    metadata: {
      description: descriptions[verb],
      technologies: ['nx-ml'],
      help: { command: `npx nx-ml ${verb} --help`, example: { args: [...args] } },
    },
  };
}
