import { natureOf } from '../gate/metric-names.js';
import type { Floor, GatePolicy, Guardrail } from '../gate/index.js';
import type { MlConfig, ModelConfig } from './ml-config.js';

type GateConfig = Exclude<NonNullable<ModelConfig['gate']>, string>;
type PrimaryConfig = Exclude<GateConfig['primary'], string>;
type GuardrailConfig = NonNullable<GateConfig['guardrails']>[number];
type FloorConfig = NonNullable<GateConfig['floors']>[number];

const defaults = { minEffect: 0.02, steps: 100, promotions: 1, alpha: 0.05, power: 0.8 } as const;

/** What a project's gate asks, with all defaults filled in; undefined where ml.yaml has none. */
export function gatePolicyOf(config: MlConfig): GatePolicy | undefined {
  if (config.kind !== 'model' || config.gate === undefined) return undefined;
  const gate: GateConfig = typeof config.gate === 'string' ? { primary: config.gate } : config.gate;
  const { guardrails = [], floors = [], power = defaults.power, disclosure = 'bit' } = gate;
  const { testSet = null, seed = null, control } = gate;
  return {
    primary: primaryOf(gate.primary),
    guardrails: guardrails.map((guardrail) => guardrailOf(guardrail)),
    floors: floors.map((floor) => floorOf(floor)),
    ...budgetOf(gate.budget),
    ...{ power, disclosure, testSet, seed },
    negativeControl: control?.negative ?? false,
  };
}

function budgetOf(config: GateConfig['budget'] = {}): Pick<GatePolicy, 'alpha' | 'budget'> {
  if (config === 'none') return { alpha: defaults.alpha, budget: null };
  const { alpha = defaults.alpha, steps = defaults.steps, promotions = defaults.promotions } = config;
  return { alpha, budget: { steps, promotions } };
}

function primaryOf(config: GateConfig['primary']): GatePolicy['primary'] {
  const primary: PrimaryConfig = typeof config === 'string' ? { metric: config } : config;
  const { metric, test, minEffect, margin, better } = primary;
  const direction = better ?? natureOf(metric)?.better ?? null;
  const wanted = test ?? (margin === undefined ? 'superiority' : 'non-inferiority');
  return wanted === 'superiority' || margin === undefined
    ? { test: 'superiority', metric, minEffect: minEffect ?? defaults.minEffect, better: direction }
    : { test: 'non-inferiority', metric, margin, better: direction, slice: null };
}

function guardrailOf(guardrail: GuardrailConfig): Guardrail {
  const { metric, margin, maxRatio, maxIncrease, across = '', maxGap = 0, slice, better } = guardrail;
  if (maxRatio !== undefined) return { test: 'ratio', metric, maxRatio };
  if (maxIncrease !== undefined) return { test: 'increase', metric, maxIncrease };
  if (margin === undefined) return { test: 'gap', metric, across, maxGap };
  const direction = better ?? natureOf(metric)?.better ?? null;
  return { test: 'non-inferiority', metric, margin, better: direction, slice: slice ?? null };
}

function floorOf({ metric, min, max, slice }: FloorConfig): Floor {
  const limit = min === undefined ? 'max' : 'min';
  return { test: 'floor', metric, limit, value: min ?? max ?? 0, slice: slice ?? null };
}
