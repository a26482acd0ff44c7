import { MlError } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import type {
  AskedEvent,
  SeedValue,
  StepValue,
  StudyEvent,
  ToldEvent,
  TrialFailure,
  TrialOrigin,
  TrialState,
} from './study-event.js';

/** A trial as the study's journal tells it. */
export interface Trial {
  readonly number: number;
  readonly context: string;
  readonly params: JsonObject;
  readonly origin: TrialOrigin;
  /** The process that began it, or took it up last. */
  readonly by: string;
  /** When that was. Milliseconds since the epoch. */
  readonly askedAt: number;
  /** `asked`: nobody has told yet what it came to. */
  readonly state: 'asked' | TrialState;
  /** By the order in which they were told. */
  readonly seeds: readonly SeedValue[];
  readonly steps: readonly StepValue[];
  /** Milliseconds of commands that were executed for it. */
  readonly ms: number;
  readonly executed: number;
  readonly failure: TrialFailure | undefined;
}

/** What a study's events come to, one after the other. */
export class StudyState {
  readonly #trials: Trial[] = [];

  /** By number. */
  get trials(): readonly Trial[] {
    return this.#trials;
  }

  /** @param at milliseconds since the epoch. @throws MlError ERR_ML_DOCUMENT_INVALID for what cannot follow */
  add(event: StudyEvent, at: number): void {
    if (event.type === 'asked') this.#ask(event, at);
    else this.#tell(event);
  }

  #ask({ trial: number, context, params, origin, by }: AskedEvent, askedAt: number): void {
    const known = this.#trials[number];
    if (known === undefined && number !== this.#trials.length) throw cannotFollow('begins', number);
    // Who was slower than another who took it up keeps nothing from being told.
    if (known !== undefined && known.state !== 'asked') return;
    if (known !== undefined) this.#trials[number] = { ...known, by, askedAt };
    else
      this.#trials.push({
        ...{ number, context, params, origin, by, askedAt },
        ...{ state: 'asked', seeds: [], steps: [], ms: 0, executed: 0, failure: undefined },
      });
  }

  #tell({ trial: number, state, seeds, steps = [], ms, executed, failure }: ToldEvent): void {
    const known = this.#trials[number];
    if (known === undefined) throw cannotFollow('tells of', number);
    const spent = { ms: known.ms + ms, executed: known.executed + executed };
    if (known.state === 'asked') this.#trials[number] = { ...known, ...spent, state, seeds, steps, failure };
    else this.#trials[number] = { ...known, ...spent, ...toldAgain(known, { state, seeds, failure }) };
  }
}

/**
 * What was told first stands, for two machines may have run the same trial; only seeds that it has not are added. But parameters that
 * fail with one seed more are none to train with.
 */
function toldAgain(
  known: Trial,
  { state, seeds, failure }: Pick<ToldEvent, 'state' | 'seeds' | 'failure'>,
): Partial<Trial> {
  if (known.state !== 'complete' || state === 'pruned') return {};
  if (state === 'failed') return { state, failure };
  const added = seeds.filter(({ seed }) => !known.seeds.some((other) => other.seed === seed));
  return { seeds: [...known.seeds, ...added] };
}

function cannotFollow(does: string, trial: number): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `An entry of a study ${does} trial ${String(trial)}, which cannot follow what stands before it`,
    fix: 'Restore the journal from a backup of the store; runs are kept apart from it, and are not lost.',
  });
}
