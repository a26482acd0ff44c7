import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { servingCodec } from '@nx-ml/core/bundle';
import type { Serving } from '@nx-ml/core/bundle';
import { releaseId } from '@nx-ml/core/deploy';
import type { StagedModel } from '@nx-ml/core/deploy';
import { hexOf, messageOf } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import type { UnpackedRelease } from '../gateway-control.js';
import type { ModelHost, OpenHost } from '../host/index.js';
import { readRawRequest, readRequest, writeAnswer } from '../protocol/index.js';
import type { InferenceRequest } from '../protocol/index.js';
import { isModelName } from './is-release.js';
import { readReleaseConfig } from './release-config.js';
import type { ReleaseConfig } from './release-config.js';

/** A model of a release, ready to answer. */
export interface LoadedModel {
  /** As the release calls it. */
  readonly name: string;
  readonly bundle: Digest;
  /** What the protocol calls its version: the first digits of the bundle's digest. */
  readonly version: string;
  readonly serving: Serving;
  readonly host: ModelHost;
  readonly example: InferenceRequest;
  /** Milliseconds. */
  readonly loaded: number;
}

export interface LoadDeps {
  readonly openHost: OpenHost;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** Why one model of a release may not be served. */
export class ModelRefused extends Error {
  constructor(
    readonly model: string,
    reason: string,
    cause: unknown,
  ) {
    super(reason, { cause });
  }
}

/** How often its example is asked to know its latency, at most, and for how many milliseconds. */
const [asks, asksWithin] = [50, 1000];

/** A release whose models are all loaded. */
export class LoadedRelease {
  readonly id: Digest;

  private constructor(
    readonly unpacked: UnpackedRelease,
    readonly config: ReleaseConfig,
    readonly models: ReadonlyMap<string, LoadedModel>,
    private readonly now: () => number,
  ) {
    this.id = releaseId(unpacked.release);
  }

  /** All of its models or none. @throws ModelRefused, MlError ERR_ML_MODEL_LOAD */
  static async load(unpacked: UnpackedRelease, deps: LoadDeps, signal?: AbortSignal): Promise<LoadedRelease> {
    const { release } = unpacked;
    const config = readReleaseConfig(release.config);
    const models = new Map<string, LoadedModel>();
    try {
      // One after another: what is served meanwhile shall not notice.
      for (const name of Object.keys(release.models))
        models.set(name, await loadModel(name, { unpacked, config, deps, signal }));
    } catch (error) {
      await Promise.all([...models.values()].map(({ host }) => host.close(0)));
      throw error;
    }
    return new LoadedRelease(unpacked, config, models, deps.now);
  }

  get service(): string {
    return this.unpacked.release.service;
  }

  /** Asks each model its example. @throws ModelRefused */
  async askExamples(): Promise<StagedModel[]> {
    const staged: StagedModel[] = [];
    for (const model of this.models.values()) {
      const p95 = await this.#latencyOf(model);
      staged.push({ name: model.name, loaded: model.loaded, p95 });
    }
    return staged;
  }

  /** Asks each model its example once. @throws ModelRefused */
  async askOnce(): Promise<void> {
    for (const model of this.models.values()) await askExample(model);
  }

  /** @param grace milliseconds for what is under way */
  async close(grace: number): Promise<void> {
    await Promise.all([...this.models.values()].map(({ host }) => host.close(grace)));
  }

  async #latencyOf(model: LoadedModel): Promise<number> {
    const [started, took] = [this.now(), [] as number[]];
    while (took.length < asks && (took.length === 0 || this.now() - started < asksWithin)) {
      const asked = this.now();
      await askExample(model);
      took.push(this.now() - asked);
    }
    took.sort((a, b) => a - b);
    return took[Math.ceil(0.95 * took.length) - 1] ?? 0;
  }
}

/** As it would be asked by a user: what cannot be written as an answer is none. @throws ModelRefused */
async function askExample({ host, example, name, version }: LoadedModel): Promise<void> {
  try {
    writeAnswer({ model: name, version, id: undefined }, await host.infer(example));
  } catch (error) {
    throw new ModelRefused(name, `it does not answer its example: ${messageOf(error)}`, error);
  }
}

interface LoadContext {
  readonly unpacked: UnpackedRelease;
  readonly config: ReleaseConfig;
  readonly deps: LoadDeps;
  readonly signal: AbortSignal | undefined;
}

async function loadModel(
  name: string,
  { unpacked, config, deps, signal }: LoadContext,
): Promise<LoadedModel> {
  const [folder, bundle] = [unpacked.folders[name], unpacked.release.models[name]];
  if (!isModelName(name)) throw new ModelRefused(name, 'its name is no name of a model', undefined);
  if (folder === undefined || bundle === undefined)
    throw new ModelRefused(name, 'its files are not there', undefined);
  try {
    const serving = servingCodec.decode(await readFile(join(folder, 'serving.json')));
    const example = readRequest(
      readRawRequest(await readFile(join(folder, 'example.json'))),
      serving.signature,
    );
    const started = deps.now();
    const log = (line: string): void => {
      deps.log(`${name}@${versionOf(bundle)}: ${line}`);
    };
    const host = await deps.openHost({ folder, serving, limits: config, log, example, signal });
    return { name, bundle, version: versionOf(bundle), serving, host, example, loaded: deps.now() - started };
  } catch (error) {
    throw new ModelRefused(name, messageOf(error), error);
  }
}

/** @returns the digits that stand for a bundle in the protocol */
function versionOf(bundle: Digest): string {
  return hexOf(bundle).slice(0, 12);
}
