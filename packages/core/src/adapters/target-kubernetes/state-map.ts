import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import type { KubeClient } from './kube-client.js';
import { metadataOf } from './objects.js';
import { pathOf } from './paths.js';
import type { KubernetesSettings } from './settings.js';
import { freshState, readState, withoutCandidate } from './state.js';
import type { State } from './state.js';

/** The state as it was read, with what it takes to compare. */
export interface Held {
  readonly state: State;
  /** Milliseconds since the epoch until which the candidate may live; 0 without one. */
  readonly until: number;
  /** undefined: there is no ConfigMap yet. */
  readonly resourceVersion: string | undefined;
}

/** What the job that ends leases reads; it knows nothing of what is in it. */
type Fallback = (state: State) => { readonly resource: string; readonly patch: JsonObject };

/**
 * The ConfigMap with the state. Not annotations of what serves: KServe gives those to the pods, and each renewal of a lease would start new
 * ones.
 */
export class StateMap {
  constructor(
    private readonly kube: KubeClient,
    private readonly settings: KubernetesSettings,
    private readonly fallback: Fallback,
  ) {}

  async read(): Promise<Held> {
    const found = await this.kube.get(pathOf(this.settings, 'configmaps', this.#name));
    if (found === undefined) return { state: freshState, until: 0, resourceVersion: undefined };
    const { data, metadata } = found;
    const given = isJsonObject(data) ? data : {};
    const version = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined;
    return {
      state: readState(given['state'], this.#name),
      until: Number(given['until'] ?? 0) * 1000 || 0,
      resourceVersion: typeof version === 'string' ? version : '',
    };
  }

  /** @param until milliseconds since the epoch. @returns false where somebody else wrote since it was read */
  write({ resourceVersion }: Held, state: State, until: number): Promise<boolean> {
    const { resource, patch } = this.fallback(state);
    const object: JsonObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        ...metadataOf(this.settings, this.#name),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      },
      data: {
        state: JSON.stringify(state),
        until: state.candidate === null ? '' : String(Math.ceil(until / 1000)),
        ended: JSON.stringify(withoutCandidate(state)),
        resource,
        patch: JSON.stringify(patch),
      },
    };
    if (resourceVersion === undefined)
      return this.kube.write('POST', pathOf(this.settings, 'configmaps'), object);
    return this.kube.write('PUT', pathOf(this.settings, 'configmaps', this.#name), object);
  }

  get #name(): string {
    return `${this.settings.name}-nx-ml`;
  }
}
