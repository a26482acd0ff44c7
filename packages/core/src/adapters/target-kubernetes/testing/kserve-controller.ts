import type { KubeObject } from './fake-cluster.js';

interface Traffic {
  readonly latestRevision: boolean;
  readonly percent: number;
  readonly revisionName: string;
}

interface Known {
  created: string;
  ready: string;
  rolledOut: string;
  revisions: number;
  uri: string;
  traffic: readonly Traffic[];
}

/**
 * What KServe and Knative make of InferenceServices: a revision for each change of the template, the newest one with its percentage, the
 * rest for the last one that had everything. `latestRevision` means the newest that is ready, as in Knative.
 */
export class KserveController {
  readonly #known = new Map<string, Known>();
  readonly #uris = new Map<string, string>();

  constructor(
    private readonly broken: ReadonlySet<string>,
    private readonly url: () => string,
  ) {}

  statusOf({ metadata, spec = {} }: KubeObject): unknown {
    const { name } = metadata;
    const { model, canaryTrafficPercent } = spec['predictor'] as {
      model: { storageUri: string };
      canaryTrafficPercent?: number;
    };
    const fresh: Known = { created: '', ready: '', rolledOut: '', revisions: 0, uri: '', traffic: [] };
    const known = this.#known.get(name) ?? fresh;
    this.#known.set(name, known);
    if (known.uri !== model.storageUri) this.#revise(known, name, model.storageUri);
    this.#route(known, canaryTrafficPercent);
    return this.#told(known, { name, generation: metadata.generation });
  }

  revisionFor(name: string, place: number): string | undefined {
    let end = 0;
    for (const { revisionName, percent } of this.#known.get(name)?.traffic ?? []) {
      end += percent / 100;
      if (place < end) return revisionName;
    }
    return undefined;
  }

  /** The hex digits in the address of a revision's model. */
  hexOf(revision: string): string | undefined {
    return /[0-9a-f]{64}/.exec(this.#uris.get(revision) ?? '')?.[0];
  }

  #revise(known: Known, name: string, uri: string): void {
    known.revisions += 1;
    known.uri = uri;
    known.created = `${name}-predictor-${String(known.revisions).padStart(5, '0')}`;
    this.#uris.set(known.created, uri);
    if (![...this.broken].some((hex) => uri.includes(hex))) known.ready = known.created;
  }

  #route(known: Known, percent: number | undefined): void {
    const { ready, rolledOut } = known;
    const newest = {
      latestRevision: true,
      percent: rolledOut === '' ? 100 : (percent ?? 100),
      revisionName: ready,
    };
    const rest = { latestRevision: false, percent: 100 - newest.percent, revisionName: rolledOut };
    known.traffic = ready === '' ? [] : [newest, rest].filter((each) => each === newest || each.percent > 0);
    if (newest.percent === 100 && ready !== '') known.rolledOut = ready;
  }

  #told(known: Known, { name, generation }: { name: string; generation: number | undefined }): unknown {
    const isReady = known.ready === known.created;
    const failed = { reason: 'ModelLoadFailed', message: 'it exits with 1' };
    return {
      url: `${this.url()}/${name}`,
      observedGeneration: generation,
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      modelStatus: {
        transitionStatus: isReady ? 'UpToDate' : 'BlockedByFailedLoad',
        ...(isReady ? {} : { lastFailureInfo: failed }),
      },
      components: {
        predictor: {
          latestCreatedRevision: known.created,
          ...(known.ready === '' ? {} : { latestReadyRevision: known.ready }),
          ...(known.rolledOut === '' ? {} : { latestRolledoutRevision: known.rolledOut }),
          traffic: known.traffic,
        },
      },
    };
  }
}
