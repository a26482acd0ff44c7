import type { JsonObject, JsonValue } from '../../kernel/index.js';

/** A parameter exists only where another one has one of these values. */
export interface Condition {
  readonly parameter: string;
  readonly values: readonly JsonValue[];
}

interface Common {
  /** Where it stands in the parameters: `model.depth` is `depth` within `model`. */
  readonly name: string;
  /** All must hold. A parameter on which it hangs must exist itself. */
  readonly when: readonly Condition[];
}

export interface FloatParameter extends Common {
  readonly kind: 'float';
  readonly low: number;
  /** May be drawn, too. */
  readonly high: number;
  /** As likely between 0.01 and 0.1 as between 0.1 and 1. */
  readonly log: boolean;
  /** Only low + k x step; without it every number. */
  readonly step?: number;
}

export interface IntParameter extends Common {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number;
}

export interface ChoiceParameter extends Common {
  readonly kind: 'choice';
  /** No order among them, all different. */
  readonly choices: readonly JsonValue[];
}

export type Parameter = FloatParameter | IntParameter | ChoiceParameter;

/** What a study searches. */
export interface Space {
  /** Each after those on which it hangs, otherwise by name. */
  readonly parameters: readonly Parameter[];
}

/** Values by the names of a space, of the parameters that exist beside one another. */
export type Params = Readonly<Record<string, JsonValue>>;

/** As a params file holds them: `model.depth` as `depth` in the map `model`. */
export function nestedParams(params: Params): JsonObject {
  const root: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(params)) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let map = root;
    for (const key of path) map = (map[key] ??= {}) as Record<string, JsonValue>;
    map[last] = value;
  }
  return root;
}

/**
 * The one form of a space: equal for two texts that mean the same, whatever the order of their keys. Plain data for digests.
 */
export function canonicalSpace({ parameters }: Space): JsonObject {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const { when } = parameter;
      const conditions = when.map((each) => ({ parameter: each.parameter, values: each.values }));
      return [parameter.name, { ...parameter, when: conditions }];
    }),
  );
}
