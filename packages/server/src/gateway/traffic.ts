import type { Digest } from '@nx-ml/core/kernel';

import { InferenceFailure, readRawRequest, readRequest, writeAnswer } from './protocol/index.js';
import type { InferenceRequest, RawRequest, Tensor } from './protocol/index.js';
import type { LoadedModel } from './release/index.js';
import type { AnsweredRequests } from './route/answered-requests.js';
import { chooseArm } from './route/choose-arm.js';
import type { Arm } from './route/choose-arm.js';
import type { CandidateArm, Service, ServingArm } from './route/service.js';
import type { Shadows } from './route/shadows.js';

export interface Asking {
  readonly model: string;
  /** As the request has it; undefined where the route decides. */
  readonly version: string | undefined;
  /** Of the header; before that of the body. */
  readonly unit: string | undefined;
  readonly body: Buffer;
}

/** What became of a request, as logs and metrics tell it. */
export interface Outcome {
  readonly status: number;
  /** JSON: an answer, or `{ error }`. */
  readonly text: string;
  readonly service: string | undefined;
  readonly model: LoadedModel | undefined;
  readonly release: Digest | undefined;
  /** Who answered; `named` where the request named a version. */
  readonly arm: Arm | 'named' | undefined;
  readonly request: RawRequest | undefined;
  /** Milliseconds in the gateway, without the way of the bytes. */
  readonly took: number;
  /** A failure that is ours, for the log. */
  readonly failure: InferenceFailure | undefined;
}

export interface TrafficDeps {
  readonly serviceOf: (model: string) => Service | undefined;
  readonly answered: AnsweredRequests;
  readonly shadows: Shadows;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** For requests without a unit: a text of chance. */
  readonly chance: () => string;
}

interface Chosen {
  readonly service: Service;
  readonly arm: Arm | 'named';
  readonly serving: Pick<ServingArm, 'release'> & { readonly counter?: ServingArm['counter'] };
  readonly model: LoadedModel;
  /** Who answers it beside, unseen. */
  readonly shadow: CandidateArm | undefined;
}

/** Answers requests: finds who answers, asks, counts. Whatever happens is an outcome; only a bug is thrown. */
export class Traffic {
  constructor(private readonly deps: TrafficDeps) {}

  async answer(asking: Asking): Promise<Outcome> {
    const started = this.deps.now();
    let [raw, chosen]: [RawRequest | undefined, Chosen | undefined] = [undefined, undefined];
    try {
      const service = this.#serviceOf(asking.model);
      raw = readRawRequest(asking.body);
      chosen = this.#choose(service, asking, raw);
      const request = readFor(chosen, raw);
      const outputs = await chosen.model.host.infer(request);
      const { model } = chosen;
      const text = writeAnswer({ model: model.name, version: model.version, id: raw.id }, outputs);
      const took = this.deps.now() - started;
      this.#count(chosen, { took, failure: undefined });
      this.#remember(chosen, raw, outputs);
      if (chosen.shadow !== undefined) this.deps.shadows.ask(chosen.shadow, { service, raw, outputs, model });
      return outcomeOf(chosen, { status: 200, text, request: raw, took, failure: undefined });
    } catch (error) {
      if (!(error instanceof InferenceFailure)) throw error;
      const took = this.deps.now() - started;
      if (chosen !== undefined) this.#count(chosen, { took, failure: error });
      const text = JSON.stringify({ error: error.message });
      const failure = error.isOurs ? error : undefined;
      return outcomeOf(chosen, { status: error.status, text, request: raw, took, failure });
    }
  }

  #serviceOf(model: string): Service {
    const service = this.deps.serviceOf(model);
    if (service === undefined)
      throw new InferenceFailure('unknown', `no model "${model.slice(0, 100)}" is served`);
    return service;
  }

  #choose(service: Service, { model: name, version, unit }: Asking, raw: RawRequest): Chosen {
    if (version !== undefined) return namedVersion(service, name, version);
    const candidate = this.#drawn(service, unit ?? raw.unit ?? raw.id);
    const shadow = candidate?.mode === 'shadow' ? candidate : undefined;
    const arm: Arm = candidate === shadow ? 'baseline' : 'candidate';
    const serving = arm === 'candidate' ? candidate : service.arms.baseline;
    const model = serving?.release.models.get(name);
    if (serving === undefined || model === undefined)
      throw new InferenceFailure('unknown', `model "${name}" is not in the release that serves you`);
    return { service, arm, serving, model, shadow };
  }

  /** The candidate, where the unit falls to it. */
  #drawn({ arms: { candidate } }: Service, unit: string | undefined): CandidateArm | undefined {
    if (candidate === undefined) return undefined;
    const { release, share } = candidate;
    const arm = chooseArm({ salt: release.id, share }, unit ?? this.deps.chance());
    return arm === 'candidate' ? candidate : undefined;
  }

  /**
   * A request that is turned away from a full queue was not answered within the budget: it counts as slow. One that the model declines
   * counts as an error: a model that declines more than the other is worse, whatever it says why.
   */
  #count({ serving, service }: Chosen, { took, failure }: Pick<Outcome, 'took' | 'failure'>): void {
    const { counter } = serving;
    // A mistake of who asked says nothing about an arm.
    if (counter === undefined || failure?.kind === 'request') return;
    counter.requests += 1;
    if (failure === undefined ? took > budgetOf(service) : failure.kind === 'busy') counter.slow += 1;
    else if (failure !== undefined) counter.errors += 1;
  }

  #remember({ serving, service }: Chosen, { id }: RawRequest, outputs: readonly Tensor[]): void {
    const { counter, release } = serving;
    if (id === undefined || counter === undefined) return;
    const data = outputs[0]?.data;
    const value = data?.length === 1 ? data[0] : undefined;
    this.deps.answered.add(id, { service: service.name, release: release.id, counter, value });
  }
}

/** One budget for both arms: a candidate cannot be quick enough by asking for less. */
function budgetOf({ arms }: Service): number {
  return arms.baseline?.release.config.latencyBudget ?? Infinity;
}

function namedVersion(service: Service, name: string, version: string): Chosen {
  const found = service.named(name, version);
  if (found === undefined)
    throw new InferenceFailure('unknown', `model "${name}" has no version "${version.slice(0, 100)}" here`);
  const { release, model } = found;
  return { service, arm: 'named', serving: { release }, model, shadow: undefined };
}

/** What the baseline takes, the candidate must take too: that it does not is its failure, and not one of who asks. */
function readFor({ arm, service, model }: Chosen, raw: RawRequest): InferenceRequest {
  try {
    return readRequest(raw, model.serving.signature);
  } catch (error) {
    const baseline = service.arms.baseline?.release.models.get(model.name);
    if (arm !== 'candidate' || baseline === undefined) throw error;
    readRequest(raw, baseline.serving.signature);
    const { message } = error as InferenceFailure;
    throw new InferenceFailure(
      'model',
      `the candidate does not take what the baseline takes: ${message}`,
      error,
    );
  }
}

function outcomeOf(
  chosen: Chosen | undefined,
  { status, text, request, took, failure }: Pick<Outcome, 'status' | 'text' | 'request' | 'took' | 'failure'>,
): Outcome {
  // Each by its name: spreading would take longer than counting does, for each request.
  return {
    status,
    text,
    service: chosen?.service.name,
    model: chosen?.model,
    release: chosen?.serving.release.id,
    arm: chosen?.arm,
    request,
    took,
    failure,
  };
}
