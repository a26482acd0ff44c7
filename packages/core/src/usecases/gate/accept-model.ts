import type { Revision } from '../../documents/index.js';
import { encodeVerdict } from '../../gate/index.js';
import { digestOf, MlError } from '../../kernel/index.js';
import { championOf } from '../../registry/index.js';
import type { ChampionEntry } from '../../registry/index.js';
import type { ObjectRef } from '../../store/index.js';
import { Registry } from '../registry/registry.js';
import { evidenceFor, recordOverride } from './evidence-for.js';
import type { Override, RecordDeps } from './evidence-for.js';
import type { GateAnswer } from './gate-answer.js';

export interface AcceptDeps extends RecordDeps {
  readonly revision: () => Promise<Revision | undefined>;
  /** Brings objects to where others find them, before the registry names them. */
  readonly publish?: ((refs: readonly ObjectRef[]) => Promise<void>) | undefined;
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
  const { project, candidate } = answer;
  const registry = new Registry(deps.journals, deps.workspaceId);
  const state = await registry.state(project);
  const standing = championOf(state);
  if (standing?.model.digest === candidate.model.digest) return { entry: standing, isNew: false };
  const evidence = evidenceFor(answer, override, state);
  const at = new Date(deps.clock.now()).toISOString();
  const revision = await deps.revision();
  const entry: ChampionEntry = { formatVersion: 1, type: 'champion', at, ...evidence, revision };
  await deps.publish?.(askedForLater(answer));
  if (override !== undefined) await recordOverride(answer, override, deps);
  if (await registry.append(project, state.length, entry)) return { entry, isNew: true };
  throw new MlError('ERR_ML_GATE_RACE', {
    message: `Another model of ${project} was accepted while this one was about to be`,
    fix: `This one was compared with the one before. Judge it again: nx-ml gate run ${project}.`,
  });
}

/** What it takes to compare a later candidate with a model, and to package it with the verdict that it was accepted on. */
export function askedForLater({ candidate, asked, verdict }: GateAnswer): readonly ObjectRef[] {
  const { model, predictions } = candidate;
  const compared = predictions === undefined ? [model] : [model, predictions];
  // What was not asked or could not be judged is kept nowhere.
  if (asked === undefined || verdict.alpha === null || verdict.state === 'invalid') return compared;
  const bytes = encodeVerdict(verdict);
  return [...compared, { kind: 'file', digest: digestOf(bytes), size: bytes.length, files: 1 }];
}
