import type { Revision } from '../../documents/index.js';
import { encodeVerdict } from '../../gate/index.js';
import { digestOf, MlError } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import { championOf } from '../../registry/index.js';
import type { ChampionEntry } from '../../registry/index.js';
import { Registry } from '../registry/registry.js';
import type { GateAnswer } from './gate-answer.js';
import { TestSets } from './test-sets.js';
import type { TestSetsDeps } from './test-sets.js';

export interface AcceptDeps extends TestSetsDeps {
  readonly clock: Clock;
  readonly revision: () => Promise<Revision | undefined>;
  /** Brings what it takes to compare with the model to where others find it, before the alias says so. */
  readonly publish?: () => Promise<void>;
}

/** Who lets a candidate through that did not pass, and why. */
export interface Override {
  readonly by: string;
  readonly reason: string;
}

export interface AcceptedModel {
  readonly entry: ChampionEntry;
  /** False when it was the accepted model already. */
  readonly isNew: boolean;
}

/**
 * Makes the judged candidate the accepted model: the one that later candidates are compared with.
 *
 * @param override lets it through without a pass. Reason and name stand in the journal of the test set first, then with the model.
 * @throws MlError ERR_ML_GATE_HELD where it did not pass or cannot be judged at all, ERR_ML_GATE_RACE when somebody else accepted
 *   another one just now, and those of the journals.
 */
export async function acceptModel(
  answer: GateAnswer,
  override: Override | undefined,
  deps: AcceptDeps,
): Promise<AcceptedModel> {
  const { project, candidate, verdict } = answer;
  const registry = new Registry(deps.journals, deps.workspaceId);
  const state = await registry.state(project);
  const standing = championOf(state);
  if (standing?.model.digest === candidate.model.digest) return { entry: standing, isNew: false };
  if (override === undefined && verdict.state !== 'pass') throw held(answer);
  const entry = await entryOf(answer, override, deps);
  await deps.publish?.();
  if (override !== undefined) await recordOverride(answer, override, deps);
  if (await registry.append(project, state.length, entry)) return { entry, isNew: true };
  throw new MlError('ERR_ML_GATE_RACE', {
    message: `Another model of ${project} was accepted while this one was about to be`,
    fix: `This one was compared with the one before. Judge it again: nx-ml gate run ${project}.`,
  });
}

async function entryOf(
  { project, asked, candidate, verdict }: GateAnswer,
  override: Override | undefined,
  { clock, revision }: AcceptDeps,
): Promise<ChampionEntry> {
  const { model, seed, params, predictions, metrics } = candidate;
  if (asked === undefined || predictions === undefined)
    throw new MlError('ERR_ML_GATE_HELD', {
      message: `${project} cannot be accepted: its predictions cannot be judged, so nothing could be compared with it later`,
      fix: `nx-ml gate show ${project} tells what is wrong with them.`,
    });
  return {
    formatVersion: 1,
    type: 'champion',
    at: new Date(clock.now()).toISOString(),
    model,
    seed,
    params,
    predictions,
    testSet: asked.testSet,
    metrics,
    question: asked.question,
    verdict: digestOf(encodeVerdict(verdict)),
    because: override === undefined ? 'pass' : 'override',
    ...override,
    revision: await revision(),
  };
}

/** Only a budget that was opened has a journal to write to. */
async function recordOverride(
  { project, asked, verdict: document }: GateAnswer,
  override: Override,
  deps: AcceptDeps,
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

function held({ project, verdict }: GateAnswer): MlError {
  return new MlError('ERR_ML_GATE_HELD', {
    message: `${project} did not pass its gate: ${verdict.state}`,
    fix: `nx-ml gate show ${project} tells what to do; nx-ml gate override ${project} lets it through, with a reason.`,
  });
}
