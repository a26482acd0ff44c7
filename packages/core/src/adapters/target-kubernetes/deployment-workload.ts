import { releaseId } from '../../deploy/index.js';
import type { Candidate, Release, Staged, StagedModel } from '../../deploy/index.js';
import { isJsonObject } from '../../kernel/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import { askExample } from './ask-examples.js';
import type { Example } from './example-of.js';
import { impossible, unreachable } from './failure.js';
import type { KubeClient } from './kube-client.js';
import { deploymentOf, nameOf, serviceOf } from './objects.js';
import { pathOf } from './paths.js';
import type { KubernetesSettings } from './settings.js';
import type { State } from './state.js';
import type { Waiting, Workload } from './workload.js';

/** Milliseconds that pods may take to be ready. */
const STARTING = 10 * 60_000;

/** A Deployment for each release; the Service that users know chooses among them by its selector, at once and without a new pod. */
export class DeploymentWorkload implements Workload {
  constructor(
    private readonly kube: KubeClient,
    private readonly settings: KubernetesSettings,
    private readonly waiting: Waiting,
  ) {}

  check({ share, mode }: Candidate): void {
    if (mode === 'split' && share === 1) return;
    const what = mode === 'shadow' ? 'shadow traffic' : `a share of ${String(share)}`;
    throw impossible(
      `A Service of Kubernetes has no ${what}: it knows all or nothing`,
      'Take `strategy: blue-green` or `recreate`, or `kind: kserve` or a gateway for a canary.',
    );
  }

  async load(release: Release, examples: readonly Example[], signal?: AbortSignal): Promise<Staged> {
    const began = this.waiting.now();
    const id = releaseId(release);
    const name = this.nameOf(id);
    await this.kube.apply(this.#path('deployments', name), deploymentOf(this.settings, release));
    await this.kube.apply(this.#path('services', name), serviceOf(this.settings, id, name));
    const failure = await this.#started(name, began + STARTING, signal);
    if (failure !== undefined) return { ready: false, reason: failure };
    const models: StagedModel[] = [];
    for (const example of examples) {
      const asked = await askExample(example, this.waiting.now() - began, (each) => this.#infer(name, each));
      if (typeof asked === 'string') return { ready: false, model: example.model, reason: asked };
      models.push(asked);
    }
    return { ready: true, models };
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async follow(state: State): Promise<void> {
    const object = this.#serving(state);
    if (object !== undefined) await this.kube.apply(this.#path('services', this.settings.name), object);
  }

  async isFollowing(state: State): Promise<boolean> {
    const wished = this.#serving(state);
    if (wished === undefined) return true;
    const found = await this.kube.get(this.#path('services', this.settings.name));
    return JSON.stringify(selectorOf(found)) === JSON.stringify(selectorOf(wished));
  }

  fallback({ baseline }: State): { resource: string; patch: JsonObject } {
    const object = baseline === null ? {} : serviceOf(this.settings, baseline, this.settings.name);
    return { resource: 'service', patch: { spec: { selector: selectorOf(object) } } };
  }

  arms({ baseline, candidate }: State): Promise<Record<'baseline' | 'candidate', string>> {
    const name = (id: Digest | null | undefined): string => (id ? this.nameOf(id) : 'none');
    return Promise.resolve({ baseline: name(baseline), candidate: name(candidate?.release) });
  }

  /** Everything but the change itself: the API server checks it, and the pods answer. */
  async rehearse(release: Release): Promise<number> {
    const before = performance.now();
    const id = releaseId(release);
    const object = serviceOf(this.settings, id, this.settings.name);
    await this.kube.apply(this.#path('services', this.settings.name), object, '&dryRun=All');
    const path = `${this.#proxy(this.nameOf(id))}/v2/health/ready`;
    const { status } = await this.kube.ask({ method: 'GET', path });
    if (status !== 200) throw unreachable(`${this.nameOf(id)} answers ${String(status)}: it is not ready`);
    return performance.now() - before;
  }

  nameOf(id: Digest): string {
    return nameOf(this.settings, id);
  }

  #serving({ baseline, candidate }: State): JsonObject | undefined {
    const id = candidate?.release ?? baseline;
    return id === null ? undefined : serviceOf(this.settings, id, this.settings.name);
  }

  /** @returns why it does not start, or undefined */
  async #started(name: string, until: number, signal?: AbortSignal): Promise<string | undefined> {
    while (this.waiting.now() < until) {
      if (signal?.aborted === true) throw unreachable('it was cancelled');
      const { metadata, status } = (await this.kube.get(this.#path('deployments', name))) ?? {};
      if (isJsonObject(status) && isJsonObject(metadata)) {
        const failure = failureIn(status['conditions']);
        if (failure !== undefined) return failure;
        const isSeen = Number(status['observedGeneration']) >= Number(metadata['generation']);
        if (isSeen && Number(status['availableReplicas'] ?? 0) >= this.settings.replicas) return undefined;
      }
      await this.waiting.pause(500);
    }
    return `${name} has no ${String(this.settings.replicas)} ready pods after ${String(STARTING / 60_000)} minutes`;
  }

  #infer(name: string, { model, body }: Example) {
    const path = `${this.#proxy(name)}/v2/models/${encodeURIComponent(model)}/infer`;
    return this.kube.ask({ method: 'POST', path, body, within: 60_000 });
  }

  /** Through the API server, so that nothing has to be reachable from here but that. */
  #proxy(name: string): string {
    return `${this.#path('services', `${name}:80`)}/proxy`;
  }

  #path(resource: 'deployments' | 'services', name: string): string {
    return pathOf(this.settings, resource, name);
  }
}

function selectorOf(object: JsonObject | undefined): JsonObject {
  const spec = object?.['spec'];
  const selector = isJsonObject(spec) ? spec['selector'] : undefined;
  const entries = isJsonObject(selector) ? Object.entries(selector) : [];
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function failureIn(conditions: unknown): string | undefined {
  for (const condition of Array.isArray(conditions) ? (conditions as unknown[]) : []) {
    if (!isJsonObject(condition)) continue;
    const { type, status, message } = condition;
    const isStuck = type === 'Progressing' && status === 'False';
    if (isStuck || (type === 'ReplicaFailure' && status === 'True'))
      return typeof message === 'string' ? message.slice(0, 500) : 'its pods do not start';
  }
  return undefined;
}
