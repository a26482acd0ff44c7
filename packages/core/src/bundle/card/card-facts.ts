import type { RunReport } from '../../evaluation/index.js';
import type { Verdict } from '../../gate/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import type { CardTexts } from '../../manifest/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { ModelSignature, ServingRuntime } from '../serving.js';

/** All that a model card tells. No clock, no host, no commit, no name of a person. */
export interface CardFacts {
  readonly name: string;
  readonly description?: string | undefined;
  /** An SPDX expression. */
  readonly license?: string | undefined;
  /** What people say of it: texts, or a whole Markdown document. */
  readonly said: CardTexts | string;
  readonly signature: ModelSignature;
  readonly runtime: ServingRuntime;
  readonly training: TrainingFacts;
  readonly evaluation?: EvaluationFacts | undefined;
  readonly gate: GateFacts;
}

export interface TrainingFacts {
  readonly command: string;
  readonly params: JsonObject;
  readonly seed: number | null;
  /** Versions of the interpreters and the packages that its code uses. */
  readonly software: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly data: readonly DataFact[];
  readonly models: readonly { readonly project: string; readonly digest: Digest }[];
}

export interface DataFact {
  readonly project: string;
  readonly digest: Digest;
  readonly amount: Pick<ObjectRef, 'files' | 'size'>;
  /** Its tables; empty where their rows are not known. */
  readonly parts: readonly DataPart[];
}

export interface DataPart {
  /** In the dataset. */
  readonly path: string;
  readonly rows: number;
}

export interface EvaluationFacts {
  /** Flat metrics that the evaluation wrote; absent where they might tell of a sealed test set. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  /** What its predictions come to; absent where there are none. */
  readonly report?: RunReport | undefined;
  /** The scores of the test set are not told: it has not said that the model passes. */
  readonly sealed: boolean;
}

export type GateFacts =
  /** ml.yaml has no gate. */
  | { readonly state: 'none' }
  /** There is one, and it has no answer on this model. */
  | { readonly state: 'unjudged' }
  | {
      readonly state: 'passed' | 'overridden';
      readonly question: Digest;
      /** Absent where the store has lost it. */
      readonly verdict?: Verdict | undefined;
    };
