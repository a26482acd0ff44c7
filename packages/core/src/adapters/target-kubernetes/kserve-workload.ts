import { releaseId } from '../../deploy/index.js';
import type { Candidate, Release, Staged } from '../../deploy/index.js';
import { isJsonObject } from '../../kernel/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import { askExample } from './ask-examples.js';
import type { Example } from './example-of.js';
import { impossible, unreachable } from './failure.js';
import { inferenceUrl, isReady, isSeen, predictorOf, refusalIn } from './kserve-status.js';
import { postJson } from './post-json.js';
import type { KubeClient } from './kube-client.js';
import { inferenceServiceOf, nameOf } from './objects.js';
import { pathOf } from './paths.js';
import type { KubernetesSettings } from './settings.js';
import { releaseIn } from './state.js';
import type { State } from './state.js';
import type { Waiting, Workload } from './workload.js';

/** Milliseconds that a revision may take to be ready, and traffic to move to what is. */
const STARTING = 10 * 60_000;
const MOVING = 60_000;

/**
 * One InferenceService that users know. Its newest revision has a percentage, the last one that had everything has the rest. A release is
 * loaded in an InferenceService of its own first, then without traffic in that one.
 */
export class KserveWorkload implements Workload {
  constructor(
    private readonly kube: KubeClient,
    private readonly settings: KubernetesSettings,
    private readonly waiting: Waiting,
  ) {}

  check({ share, mode }: Candidate): void {
    if (mode === 'shadow')
      throw impossible('KServe has no shadow traffic', 'Take `strategy: canary`, or a gateway.');
    if (share > 0.99)
      throw impossible(
        'KServe takes a revision with all the traffic for rolled out: it would forget the one to go back to',
        'Take `strategy: canary` with shares up to 0.99, or `kind: deployment` for `blue-green`.',
      );
    if (Math.abs(share * 100 - Math.round(share * 100)) > 1e-9)
      throw impossible(
        `KServe splits by whole percent, and ${String(share)} is none`,
        'Give `steps` such as [0.05, 0.25, 0.5].',
      );
  }

  async load(release: Release, examples: readonly Example[], signal?: AbortSignal): Promise<Staged> {
    const began = this.waiting.now();
    const name = this.nameOf(releaseId(release));
    await this.#apply(name, release, 100);
    const failure = await this.#started(name, signal);
    if (failure !== undefined) return { ready: false, reason: failure };
    const url = inferenceUrl(await this.#get(name));
    if (url === undefined) return { ready: false, reason: `${name} has no address in its status` };
    const [example] = examples;
    if (example === undefined) return { ready: false, reason: 'the release has no model' };
    const asked = await askExample(example, this.waiting.now() - began, ({ model, body }) =>
      postJson(`${url}/v2/models/${encodeURIComponent(model)}/infer`, body),
    );
    if (typeof asked === 'string') return { ready: false, model: example.model, reason: asked };
    return { ready: true, models: [asked] };
  }

  /** A new revision without traffic: one that got its share before it is ready would give that to the revision before, whichever it is. */
  async prepare(release: Release): Promise<void> {
    const { name } = this.settings;
    if (storageUriIn(await this.#get(name)) !== this.#uriOf(release)) await this.#apply(name, release, 0);
    const failure = await this.#started(name);
    if (failure !== undefined) throw unreachable(`${name} does not become ready: ${failure}`);
  }

  async follow(state: State): Promise<void> {
    const wished = this.#wished(state);
    if (wished === undefined) return;
    if (wished.percent > 0) await this.prepare(wished.release);
    await this.#apply(this.settings.name, wished.release, wished.percent);
    const over = this.waiting.now() + MOVING;
    while (this.waiting.now() < over) {
      const object = await this.#get(this.settings.name);
      // One that is to have nothing may be broken.
      const isThere = wished.percent === 0 ? isSeen(object) : isReady(object);
      if (isThere && percentOf(object) === wished.percent) return;
      await this.waiting.pause(200);
    }
    throw unreachable(`The traffic of ${this.settings.name} does not move within ${String(MOVING / 1000)} s`);
  }

  /** A release that is being prepared has no traffic, and whoever prepares it may live: it is left alone. */
  async isFollowing(state: State): Promise<boolean> {
    const wished = this.#wished(state);
    if (wished === undefined) return true;
    const object = await this.#get(this.settings.name);
    const percent = canaryPercentIn(object);
    if (storageUriIn(object) !== this.#uriOf(wished.release)) return percent === 0;
    return percent === wished.percent;
  }

  fallback(): { resource: string; patch: JsonObject } {
    return {
      resource: 'inferenceservice.serving.kserve.io',
      patch: { spec: { predictor: { canaryTrafficPercent: 0 } } },
    };
  }

  async arms(): Promise<Record<'baseline' | 'candidate', string>> {
    const { latestReadyRevision, latestRolledoutRevision } = predictorOf(await this.#get(this.settings.name));
    return { baseline: latestRolledoutRevision ?? 'none', candidate: latestReadyRevision ?? 'none' };
  }

  /** The revision of its own answers; the one in the InferenceService that users know has still to start. */
  async rehearse(release: Release): Promise<number> {
    const before = performance.now();
    await this.#apply(this.settings.name, release, 0, '&dryRun=All');
    const name = this.nameOf(releaseId(release));
    const url = inferenceUrl(await this.#get(name));
    if (url === undefined) throw unreachable(`${name} has no address in its status`);
    const { status } = await postJson(`${url}/v2/health/ready`);
    if (status !== 200) throw unreachable(`${name} answers ${String(status)}: it is not ready`);
    return performance.now() - before;
  }

  nameOf(id: Digest): string {
    return nameOf(this.settings, id);
  }

  #wished(state: State): { readonly release: Release; readonly percent: number } | undefined {
    const { candidate, parked, baseline } = state;
    const id = candidate?.release ?? parked ?? baseline;
    const release = id === null ? undefined : releaseIn(state, id);
    if (release === undefined) return undefined;
    const percent = candidate ? Math.round(candidate.share * 100) : parked === null ? 100 : 0;
    return { release, percent };
  }

  /** @returns why it does not start, or undefined */
  async #started(name: string, signal?: AbortSignal): Promise<string | undefined> {
    const over = this.waiting.now() + STARTING;
    while (this.waiting.now() < over) {
      if (signal?.aborted === true) throw unreachable('it was cancelled');
      const object = await this.#get(name);
      const refusal = refusalIn(object);
      if (refusal !== undefined) return refusal;
      if (isReady(object)) return undefined;
      await this.waiting.pause(500);
    }
    return `${name} is not ready after ${String(STARTING / 60_000)} minutes`;
  }

  #apply(name: string, release: Release, percent: number, options?: string): Promise<void> {
    const object = inferenceServiceOf(this.settings, release, { name, percent });
    return this.kube.apply(pathOf(this.settings, 'inferenceservices', name), object, options);
  }

  #get(name: string): Promise<JsonObject | undefined> {
    return this.kube.get(pathOf(this.settings, 'inferenceservices', name));
  }

  #uriOf(release: Release): unknown {
    return storageUriIn(inferenceServiceOf(this.settings, release, { name: '', percent: 0 }));
  }
}

function predictorSpecIn(object: JsonObject | undefined): Readonly<Record<string, unknown>> {
  const spec = object?.['spec'];
  const predictor = isJsonObject(spec) ? spec['predictor'] : undefined;
  return isJsonObject(predictor) ? predictor : {};
}

function storageUriIn(object: JsonObject | undefined): unknown {
  const { model } = predictorSpecIn(object);
  return isJsonObject(model) ? model['storageUri'] : undefined;
}

function canaryPercentIn(object: JsonObject | undefined): unknown {
  return predictorSpecIn(object)['canaryTrafficPercent'];
}

/** What the newest revision gets, by the status: there may be no other revision that the rest could go to. */
function percentOf(object: JsonObject | undefined): number | undefined {
  const { traffic = [] } = predictorOf(object);
  const newest = traffic.find(({ latestRevision }) => latestRevision === true);
  return newest?.percent ?? (traffic.length > 0 ? 0 : undefined);
}
