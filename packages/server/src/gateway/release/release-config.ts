import type { JsonObject } from '@nx-ml/core/kernel';
import { isJsonObject, MlError } from '@nx-ml/core/kernel';

import type { HostLimits } from '../host/index.js';
import type { Tolerance } from '../route/compare-outputs.js';

/** When a number that comes as feedback is bad. */
export interface FeedbackRule {
  readonly bad: 'below' | 'above';
  readonly than: number;
}

/** What of a release's `config` the gateway goes by; other keys are others'. */
export interface ReleaseConfig extends HostLimits {
  /** Milliseconds: later answers count as slow. Infinity without a budget. */
  readonly latencyBudget: number;
  /** By the name of the feedback. */
  readonly feedback: Readonly<Record<string, FeedbackRule>>;
  /** How far the answers of a shadow may be apart. */
  readonly tolerance: Tolerance;
}

interface NumberRule {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
}

const numbers = {
  queue: { least: 1, most: 100_000, otherwise: 256 },
  timeout: { least: 1, most: 600_000, otherwise: 30_000 },
  start: { least: 1, most: 3_600_000, otherwise: 60_000 },
  latencyBudget: { least: 0, most: 600_000, otherwise: Infinity },
} as const satisfies Record<string, NumberRule>;

/** @throws MlError ERR_ML_MODEL_LOAD */
export function readReleaseConfig(config: JsonObject): ReleaseConfig {
  const number = (key: keyof typeof numbers): number => numberAt(config, key, numbers[key]);
  return {
    queue: number('queue'),
    timeout: number('timeout'),
    start: number('start'),
    latencyBudget: number('latencyBudget'),
    feedback: readFeedback(config['feedback']),
    tolerance: readTolerance(config['tolerance']),
  };
}

function numberAt(config: JsonObject, key: string, { least, most, otherwise }: NumberRule): number {
  const value = config[key];
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw wrong(key, value, `a number from ${String(least)} to ${String(most)}`);
}

function readTolerance(value: unknown): Tolerance {
  if (value === undefined) return { relative: 1e-5, absolute: 1e-8 };
  if (!isJsonObject(value)) throw wrong('tolerance', value, '{ relative, absolute }');
  const at = (key: string): number =>
    numberAt(value, key, { least: 0, most: Number.MAX_VALUE, otherwise: 0 });
  return { relative: at('relative'), absolute: at('absolute') };
}

function readFeedback(value: unknown): Record<string, FeedbackRule> {
  if (value === undefined) return {};
  if (!isJsonObject(value)) throw wrong('feedback', value, '{ name: { bad: "below", than: 3 } }');
  return Object.fromEntries(Object.entries(value).map(([name, rule]) => [name, readRule(name, rule)]));
}

function readRule(name: string, rule: unknown): FeedbackRule {
  const { bad, than } = isJsonObject(rule) ? rule : {};
  if ((bad === 'below' || bad === 'above') && typeof than === 'number') return { bad, than };
  throw wrong(`feedback.${name}`, rule, '{ "bad": "below" or "above", "than": a number }');
}

function wrong(key: string, value: unknown, wanted: string): MlError {
  return new MlError('ERR_ML_MODEL_LOAD', {
    message: `config.${key} of a release is ${JSON.stringify(value).slice(0, 100)}`,
    fix: `Write ${wanted}.`,
  });
}
