/**
 * What a model must show before it is promoted, with every default filled in. Plain JSON: it is part of the question that
 * the test set is asked, and stands in the verdict.
 */
export interface GatePolicy {
  readonly primary: Superiority | NonInferiority;
  readonly guardrails: readonly Guardrail[];
  readonly floors: readonly Floor[];
  /** Chance, over the life of a test set, that anything is promoted that is not better. */
  readonly alpha: number;
  /** null: the test set is not protected against being asked again and again. */
  readonly budget: Budget | null;
  /** The chance with which a true effect of the size asked for should be seen. */
  readonly power: number;
  readonly disclosure: Disclosure;
  /** Name of the test set; null for the project's own. */
  readonly testSet: string | null;
  /** The seed whose model is the candidate; null for the lowest. */
  readonly seed: number | null;
  /** Candidates made of nothing but chance must be held, or the gate itself is broken. */
  readonly negativeControl: boolean;
}

export interface Budget {
  /** Questions that the test set answers. */
  readonly steps: number;
  /** Passes after which it is used up. */
  readonly promotions: number;
}

/** What is shown of a verdict that is no pass: only that, or all scores as well. */
export type Disclosure = 'bit' | 'full';

export type Better = 'higher' | 'lower';

interface OfMetric {
  /** A measure of evaluation, `metrics.<name>` of metrics.json, or `size`. */
  readonly metric: string;
}

/** The candidate is better than the baseline. */
export interface Superiority extends OfMetric {
  readonly test: 'superiority';
  /** The smallest gain that matters, in units of the metric: it decides how many examples are enough, not what passes. */
  readonly minEffect: number;
  /** null where the measure itself tells. */
  readonly better: Better | null;
}

/** The candidate is not worse than the baseline by the margin. */
export interface NonInferiority extends OfMetric {
  readonly test: 'non-inferiority';
  readonly margin: number;
  readonly better: Better | null;
  /** `lang=de`, `lang=*` or `*`; null for all examples. */
  readonly slice: string | null;
}

/** Measured once: candidate / baseline must not exceed it. */
export interface Ratio extends OfMetric {
  readonly test: 'ratio';
  readonly maxRatio: number;
}

/** Measured once: candidate - baseline must not exceed it. */
export interface Increase extends OfMetric {
  readonly test: 'increase';
  readonly maxIncrease: number;
}

/** Fairness: the candidate's largest difference between slices of a key. */
export interface Gap extends OfMetric {
  readonly test: 'gap';
  readonly across: string;
  readonly maxGap: number;
}

export type Guardrail = NonInferiority | Ratio | Increase | Gap;

/** The candidate on its own, whatever the baseline. */
export interface Floor extends OfMetric {
  readonly test: 'floor';
  readonly limit: 'min' | 'max';
  readonly value: number;
  readonly slice: string | null;
}

export type Criterion = GatePolicy['primary'] | Guardrail | Floor;

/** Where a criterion stands in ml.yaml: `primary`, `guardrails[0]`, `floors[1]`. */
export type CriterionId = string;

/**
 * Everything that is asked, in the order of ml.yaml.
 * @param floorsOnly without an accepted model there is nothing to compare with.
 */
export function criteriaOf(
  policy: GatePolicy,
  { floorsOnly = false }: { readonly floorsOnly?: boolean } = {},
): readonly { readonly id: CriterionId; readonly criterion: Criterion }[] {
  const numbered = (name: string, list: readonly Criterion[]): { id: CriterionId; criterion: Criterion }[] =>
    list.map((criterion, index) => ({ id: `${name}[${String(index)}]`, criterion }));
  const floors = numbered('floors', policy.floors);
  if (floorsOnly) return floors;
  return [
    { id: 'primary', criterion: policy.primary },
    ...numbered('guardrails', policy.guardrails),
    ...floors,
  ];
}

/**
 * Whether what ml.yaml says of slices means one of them.
 * @param spec `lang=de`, `lang=*`, `*`.
 * @param slice `lang=de`.
 */
export function meansSlice(spec: string, slice: string): boolean {
  if (spec === '*' || spec === slice) return true;
  return spec.endsWith('=*') && slice.startsWith(spec.slice(0, -1));
}
