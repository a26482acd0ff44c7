import { checkRoute, readTargetAnswer, releaseId, targetAnswers } from '../../deploy/index.js';
import type {
  BundleFolders,
  Counts,
  DeployTarget,
  Observed,
  Release,
  Route,
  RouteResult,
  Staged,
} from '../../deploy/index.js';
import { isJsonObject, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type * as z from '../../kernel/zod.js';
import { runHook } from './run-hook.js';
import type { HookCommand } from './run-hook.js';

/** Milliseconds. Loading a model may take long, anything else is a question. */
const STAGING = 10 * 60_000;
const WITHIN = 30_000;

type Call = 'observe' | 'stage' | 'route' | 'renew' | 'counts' | 'rollback' | 'drill';

interface Asked<T> {
  readonly answer: z.ZodType<T>;
  readonly given?: Readonly<Record<string, unknown>>;
  readonly within?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A place that a command of the user's own knows how to reach: run once for each call, with a JSON document on its standard input, and one
 * on its standard output. What the port promises is for the command to keep.
 */
export class CommandTarget implements DeployTarget {
  constructor(
    private readonly hook: HookCommand,
    private readonly place: { readonly service: string; readonly environment: string },
  ) {}

  observe(): Promise<Observed> {
    return this.#ask('observe', { answer: targetAnswers.observed });
  }

  stage(release: Release, bundles: BundleFolders, signal?: AbortSignal): Promise<Staged> {
    const given = { release, id: releaseId(release), bundles };
    return this.#ask('stage', { answer: targetAnswers.staged, given, within: STAGING, signal });
  }

  async route(revision: string, to: Route, lease?: number): Promise<RouteResult> {
    checkRoute(to);
    const answer = targetAnswers.routed;
    return this.#ask('route', { answer, given: { revision, to, lease: lease ?? null } });
  }

  async renew(revision: string, lease: number): Promise<boolean> {
    const { renewed } = await this.#ask('renew', {
      answer: targetAnswers.renewed,
      given: { revision, lease },
    });
    return renewed;
  }

  counts(): Promise<Counts> {
    return this.#ask('counts', { answer: targetAnswers.counts });
  }

  rollback(to: Digest | undefined, reason: string): Promise<Observed> {
    return this.#ask('rollback', { answer: targetAnswers.observed, given: { to: to ?? null, reason } });
  }

  drill(): Promise<{ readonly to: Digest; readonly recovery: number }> {
    return this.#ask('drill', { answer: targetAnswers.drill, within: STAGING });
  }

  async #ask<T>(call: Call, { answer, given = {}, within = WITHIN, signal }: Asked<T>): Promise<T> {
    const document = { formatVersion: 1, call, ...this.place, ...given };
    const printed = await runHook(this.hook, { call, document, within, signal });
    if (isJsonObject(printed) && 'refused' in printed) throw refusal(call, printed);
    return readTargetAnswer(answer, printed, {
      who: `The deploy command at "${call}"`,
      fix: 'Print what docs/design/deploy.md says for this call.',
    });
  }
}

/** `for: ever` is not asked again: what the place cannot do at all. */
function refusal(call: Call, { refused, for: how }: Readonly<Record<string, unknown>>): MlError {
  const code = how === 'ever' ? 'ERR_ML_DEPLOY_REFUSED' : 'ERR_ML_DEPLOY_TARGET';
  return new MlError(code, {
    message: `The deploy command refuses "${call}": ${String(refused).slice(0, 500)}`,
    fix: 'Do what it says, or look at what it does.',
  });
}
