import { releaseId } from '@nx-ml/core/deploy';
import type { Staged } from '@nx-ml/core/deploy';
import { MlError } from '@nx-ml/core/kernel';

import type { UnpackedRelease } from './gateway-control.js';
import { LoadedRelease, ModelRefused } from './release/index.js';
import type { LoadDeps } from './release/index.js';
import type { Service } from './route/service.js';

export interface StagingDeps extends LoadDeps {
  /** Gives up loading; nothing is left of it then. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Loads a release for its service, and asks its examples; one that is loaded is asked again. What speaks against it is an answer, and leaves
 * nothing of it behind.
 */
export async function stageRelease(
  service: Service,
  unpacked: UnpackedRelease,
  deps: StagingDeps,
): Promise<Staged> {
  try {
    return await load(service, unpacked, deps);
  } catch (error) {
    if (error instanceof ModelRefused) return { ready: false, model: error.model, reason: error.message };
    if (error instanceof MlError) return { ready: false, reason: error.message };
    throw error;
  }
}

async function load(service: Service, unpacked: UnpackedRelease, deps: StagingDeps): Promise<Staged> {
  const before = service.releases.get(releaseId(unpacked.release));
  const release = before ?? (await LoadedRelease.load(unpacked, deps, deps.signal));
  try {
    const models = await release.askExamples();
    service.releases.set(release.id, release);
    return { ready: true, models };
  } catch (error) {
    if (before === undefined) await release.close(0);
    throw error;
  }
}

/** Loads a release a second time, from its files, and asks its examples; nothing of that is left. @returns milliseconds that it took */
export async function loadOnceMore({ unpacked }: LoadedRelease, deps: LoadDeps): Promise<number> {
  const started = deps.now();
  const again = await LoadedRelease.load(unpacked, deps);
  try {
    await again.askOnce();
    return deps.now() - started;
  } finally {
    await again.close(0);
  }
}
