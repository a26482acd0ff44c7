import type { BehaviourCase, EvaluationOptions } from '../evaluation/index.js';
import type { MlConfig, ModelConfig } from './ml-config.js';

type BehaviourConfig = NonNullable<NonNullable<ModelConfig['evaluate']>['behaviour']>[number];

/** What ml.yaml says of a model's predictions. Nothing of it is part of a run key: other options are other figures of the same run. */
export function evaluationOptionsOf(config: MlConfig): EvaluationOptions {
  if (config.kind !== 'model') return {};
  const { positive, behaviour } = config.evaluate ?? {};
  return { positive, behaviour: behaviour?.map((test) => behaviourCase(test)) };
}

function behaviourCase({
  name,
  min,
  test,
  towards = 'up',
  delta,
  tolerance,
}: BehaviourConfig): BehaviourCase {
  if (test === 'minimum') return { name, min, test };
  return test === 'invariance' ? { name, min, test, tolerance } : { name, min, test, towards, delta };
}
