import type { Verdict } from '../../gate/index.js';
import type { Digest } from '../../kernel/index.js';
import type { Candidate } from './candidate.js';

/** What was put to the test set, or would have been if the accepted model could be compared. */
export interface Asked {
  readonly question: Digest;
  /** The content of the test set. */
  readonly testSet: Digest;
  /** It was asked before, so that no step was spent. */
  readonly known: boolean;
  /** A budget was opened for it: nx-ml.gates.json changed, and belongs into git. */
  readonly opened: boolean;
}

/** What the gate says of a candidate. */
export interface GateAnswer {
  readonly project: string;
  readonly candidate: Candidate;
  /** As it is shown: what must not be seen is not in it. */
  readonly verdict: Verdict;
  /** undefined where there is nothing to ask: the evidence is invalid, or it is the accepted model. */
  readonly asked: Asked | undefined;
}
