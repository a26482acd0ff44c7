import { digest } from '../../documents/index.js';
import type { Release } from '../../deploy/index.js';
import type { Digest } from '../../kernel/index.js';
import * as z from '../../kernel/zod.js';
import { unreachable } from './failure.js';

const count = z.int().min(0);
const readings = z.object({ requests: count, errors: count, slow: count });
export type Readings = z.infer<typeof readings>;

const staged = z.object({
  release: z.custom<Release>((value) => typeof value === 'object' && value !== null),
});

/** What is to be served, as the ConfigMap has it: the one place where it is compared and set. */
const stateSchema = z.object({
  formatVersion: z.literal(1),
  revision: z.string().min(1).max(200),
  baseline: digest.nullable(),
  previous: digest.nullable(),
  candidate: z
    .object({
      release: digest,
      share: z.number().min(0).max(1),
      /** What was counted before it began. */
      before: z.object({ baseline: readings, candidate: readings, epoch: z.string() }).nullable(),
    })
    .nullable(),
  /** For KServe: the release in the spec of the InferenceService, where it is neither: it has no traffic. */
  parked: digest.nullable(),
  /** Releases that were loaded and answered, the newest last. */
  staged: z.array(z.object({ id: digest, release: staged.shape.release })),
});
export type State = z.infer<typeof stateSchema>;

export const freshState: State = {
  formatVersion: 1,
  revision: '0',
  baseline: null,
  previous: null,
  candidate: null,
  parked: null,
  staged: [],
};

/** @throws MlError ERR_ML_DEPLOY_TARGET for what is no state */
export function readState(text: unknown, name: string): State {
  const value = typeof text === 'string' ? parsed(text) : undefined;
  const read = stateSchema.safeParse(value);
  if (read.success) return read.data;
  throw unreachable(
    `The ConfigMap ${name} holds what is no state of nx-ml: ${read.error.issues[0]?.path.join('.') ?? ''}`,
    undefined,
    'Look who changed it. Without it nothing is known of what serves: the next deployment begins anew.',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The same without its candidate. Its revision is known beforehand, so that who ends a lease needs no thought. */
export function withoutCandidate(state: State): State {
  if (state.candidate === null) return state;
  return {
    ...state,
    revision: `${state.revision}-ended`,
    candidate: null,
    parked: state.candidate.release,
  };
}

export function releaseIn({ staged: all }: State, id: Digest): Release | undefined {
  return all.find((each) => each.id === id)?.release;
}
