import type { CanaryRules } from '../canary/decide.js';
import type { Guardrail } from '../canary/guardrail.js';
import type { DeployPolicy } from '../deploy/policy.js';
import type { JsonObject } from '../kernel/index.js';
import type { MlConfig, ServiceConfig } from './ml-config.js';
import { inputsOf } from './steps.js';
import { parseDuration } from './quantities.js';

type DeployConfig = NonNullable<ServiceConfig['deploy']>;
type EnvironmentConfig = DeployConfig['environments'][number];
type GuardrailConfig = NonNullable<EnvironmentConfig['guardrails']>[number];

/** What a service is made of, wherever it is served. */
export interface ServedModels {
  /** Projects by the name that the service gives the model. */
  readonly models: Readonly<Record<string, string>>;
  /** What of the configuration is part of the release. */
  readonly config: JsonObject;
}

/** Where a service is served, with all defaults filled in. */
export interface Deployment extends ServedModels {
  readonly environment: string;
  readonly target: EnvironmentConfig['target'];
  readonly policy: DeployPolicy;
}

const hour = 3_600_000;
const tolerated = { errors: 0.001, others: 0.01 } as const;

/** The environments of a service, in the order of its ml.yaml; none where it has no `deploy`. */
export function deploymentsOf(config: MlConfig): readonly Deployment[] {
  if (config.kind !== 'service' || config.deploy === undefined) return [];
  const { deploy } = config;
  return deploy.environments.map((environment) => ({
    environment: environment.name,
    target: environment.target,
    policy: policyOf(environment, deploy),
    ...servedModels(config),
  }));
}

/** Also of a service that says nowhere where it is served. */
export function servedModels({ models, deploy }: ServiceConfig): ServedModels {
  return { models: inputsOf(models), config: deploy === undefined ? {} : releaseConfig(deploy) };
}

function releaseConfig({ latencyBudget, feedback = [] }: DeployConfig): JsonObject {
  const rules = feedback.map(({ name, bad, than }) => [name, { bad, than }] as const);
  return {
    ...(latencyBudget === undefined ? {} : { latencyBudget }),
    ...(rules.length === 0 ? {} : { feedback: Object.fromEntries(rules) }),
  };
}

function policyOf(environment: EnvironmentConfig, { latencyBudget }: DeployConfig): DeployPolicy {
  const { strategy = 'canary', patience, lease = 10, share = 1, differences = 0.05 } = environment;
  const canary = canaryOf(environment, latencyBudget !== undefined);
  const { alpha, most } = canary;
  return {
    strategy,
    canary,
    shadow: { share, differences, alpha, most },
    patience: (patience === undefined ? undefined : parseDuration(patience)) ?? hour,
    lease,
    ...(latencyBudget === undefined ? {} : { latencyBudget }),
  };
}

function canaryOf(environment: EnvironmentConfig, hasBudget: boolean): CanaryRules {
  const { steps = [0.05, 0.25, 0.5], alpha = 0.05, requests = {}, guardrails } = environment;
  const { least = 100, most = 1_000_000 } = requests;
  const guarded: readonly GuardrailConfig[] =
    guardrails ?? (hasBudget ? [{ name: 'errors' }, { name: 'slow' }] : [{ name: 'errors' }]);
  return { steps, guardrails: guarded.map(guardrailOf), alpha, least, most };
}

function guardrailOf({ name, worse = 1, clear, tolerated: rate }: GuardrailConfig): Guardrail {
  return {
    name: name as Guardrail['name'],
    worse,
    clear: clear ?? (worse > 1 ? 2 * worse : 1.4),
    tolerated: rate ?? (name === 'errors' ? tolerated.errors : tolerated.others),
  };
}
