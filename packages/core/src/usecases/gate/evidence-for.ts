import { encodeVerdict } from '../../gate/index.js';
import { digestOf, MlError } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import { rolledBackFrom } from '../../registry/index.js';
import type { Evidence, RegistryState } from '../../registry/index.js';
import type { GateAnswer } from './gate-answer.js';
import { TestSets } from './test-sets.js';
import type { TestSetsDeps } from './test-sets.js';

/** Who lets a candidate through that did not pass, and why. */
export interface Override {
  readonly by: string;
  readonly reason: string;
}

/**
 * Why the judged candidate may become the accepted model.
 *
 * @throws MlError ERR_ML_GATE_HELD where it neither passed nor is let through, cannot be judged at all, or passed and was gone back from since
 */
export function evidenceFor(
  answer: GateAnswer,
  override: Override | undefined,
  registry: RegistryState,
): Evidence {
  const { project, asked, candidate, verdict } = answer;
  if (override === undefined) {
    if (verdict.state !== 'pass') throw held(answer);
    refuseRolledBack(answer, registry);
  }
  if (asked === undefined || candidate.predictions === undefined)
    throw new MlError('ERR_ML_GATE_HELD', {
      message: `${project} cannot be accepted: its predictions cannot be judged, so nothing could be compared with it later`,
      fix: `nx-ml gate show ${project} tells what is wrong with them.`,
    });
  const { model, seed, params, predictions, metrics } = candidate;
  return {
    ...{ model, seed, params, predictions, metrics },
    testSet: asked.testSet,
    question: asked.question,
    verdict: digestOf(encodeVerdict(verdict)),
    because: override === undefined ? 'pass' : 'override',
    ...override,
  };
}

export interface RecordDeps extends TestSetsDeps {
  readonly clock: Clock;
}

/** Writes into the journal of the test set who lets a candidate through. Only a budget that was opened has a journal to write to. */
export async function recordOverride(
  { project, asked, verdict: document }: GateAnswer,
  override: Override,
  deps: RecordDeps,
): Promise<void> {
  const sets = new TestSets(deps);
  const testSet = document.policy.testSet ?? project;
  const verdict = digestOf(encodeVerdict(document));
  for (;;) {
    const reading = await sets.read(testSet);
    if (reading.kind === 'unreadable') throw reading.error;
    if (asked === undefined || reading.kind !== 'read' || reading.state.opened === null) return;
    const at = new Date(deps.clock.now()).toISOString();
    const entry = { formatVersion: 1, type: 'override', at, project, question: asked.question } as const;
    if (await sets.append(testSet, reading.length, { ...entry, verdict, ...override })) return;
  }
}

/** The same evidence would promote it again at every commit, and the people who went back know more than the test set. */
function refuseRolledBack({ project, candidate }: GateAnswer, registry: RegistryState): void {
  const back = rolledBackFrom(registry, candidate.model.digest);
  if (back === undefined) return;
  throw new MlError('ERR_ML_GATE_HELD', {
    message: `${project} passed, and ${back.by ?? 'somebody'} went back from this very model on ${back.at.slice(0, 10)}: ${back.reason ?? ''}`,
    fix: `nx-ml gate override ${project} lets it through all the same, with a reason.`,
  });
}

function held({ project, verdict }: GateAnswer): MlError {
  return new MlError('ERR_ML_GATE_HELD', {
    message: `${project} did not pass its gate: ${verdict.state}`,
    fix: `nx-ml gate show ${project} tells what to do; nx-ml gate override ${project} lets it through, with a reason.`,
  });
}
