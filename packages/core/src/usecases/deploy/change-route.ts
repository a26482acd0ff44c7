import type { DeployTarget, Observed, Route } from '../../deploy/index.js';
import { isMlError } from '../../kernel/index.js';
import type { DeployDeps } from './ports.js';

/** Milliseconds between two attempts to reach a target. */
const AGAIN = 250;

interface Persistent extends Pick<DeployDeps, 'clock' | 'pause' | 'emit'> {
  readonly target: DeployTarget;
}

/** What became of the route: ours, another's, or nobody can tell. */
export type RouteChange =
  | { readonly state: 'done'; readonly observed: Observed }
  /** `since`: why it could not be changed before that. */
  | { readonly state: 'overtaken'; readonly observed: Observed; readonly since?: Error | undefined }
  | { readonly state: 'unreachable'; readonly error: Error };

export interface RouteWish {
  /** What is there by our knowledge. */
  readonly revision: string;
  readonly to: Route;
  /** Seconds. */
  readonly lease?: number | undefined;
  /** Milliseconds for which it is tried. */
  readonly within: number;
}

/**
 * Sets the route, through a target that cannot be reached for a while. A call that failed may have had its effect: a route that is as it
 * was wished is ours.
 *
 * @throws MlError for what another attempt would not change
 */
export async function changeRoute(wish: RouteWish, deps: Persistent): Promise<RouteChange> {
  const end = deps.clock.monotonic() + wish.within;
  let since: Error | undefined;
  for (;;) {
    try {
      const { done, observed } = await deps.target.route(wish.revision, wish.to, wish.lease);
      return done || isSame(observed.route, wish.to)
        ? { state: 'done', observed }
        : { state: 'overtaken', observed, since };
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      since = error;
      if (deps.clock.monotonic() >= end) return { state: 'unreachable', error };
      deps.emit({ type: 'unreachable', message: error.message });
      await deps.pause(AGAIN);
    }
  }
}

/** What a target answers where it cannot be reached, or refuses. */
export function isUnreachable(error: unknown): error is Error {
  return isMlError(error) && error.code === 'ERR_ML_DEPLOY_TARGET';
}

function isSame(a: Route, b: Route): boolean {
  return (
    a.baseline === b.baseline &&
    a.candidate?.release === b.candidate?.release &&
    a.candidate?.share === b.candidate?.share &&
    a.candidate?.mode === b.candidate?.mode
  );
}
