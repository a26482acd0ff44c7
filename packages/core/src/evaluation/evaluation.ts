import { canonicalJson } from '../kernel/index.js';
import type { JsonValue } from '../kernel/index.js';
import type { BehaviourCase } from './behaviour.js';
import { classTable } from './class-table.js';
import type { ClassTable } from './class-table.js';
import type { Examples } from './examples.js';
import { positiveScores } from './positive-scores.js';
import type { PositiveScores } from './positive-scores.js';
import type { NoSample } from './sample.js';

export interface EvaluationOptions {
  /** The class that a binary score speaks of. Default: the greater of the two labels. */
  readonly positive?: JsonValue | undefined;
  /** Behavioural tests that the rows may belong to. */
  readonly behaviour?: readonly BehaviourCase[] | undefined;
}

/** The examples of one predictions file with what measures share: computed once, when it is first asked for. */
export class Evaluation {
  readonly examples: Examples;
  readonly options: EvaluationOptions;
  #classes: ClassTable | NoSample | undefined;
  #positive: PositiveScores | NoSample | undefined;

  constructor(examples: Examples, options: EvaluationOptions = {}) {
    this.examples = examples;
    this.options = options;
  }

  /** Labels and predictions as classes. */
  get classes(): ClassTable | NoSample {
    return (this.#classes ??= classTable(this.examples));
  }

  /** The score of the positive class, where labels are of two classes. */
  get positive(): PositiveScores | NoSample {
    return (this.#positive ??= positiveScores(this.examples, this.classes, this.options.positive));
  }
}

export function isNone(value: object): value is NoSample {
  return 'kind' in value && value.kind === 'none';
}

export function none(why: string): NoSample {
  return { kind: 'none', why };
}

/** Equal for equal JSON values, different for others: `1` and `"1"` are two classes. */
export function classKey(value: JsonValue): string {
  return canonicalJson(value);
}
