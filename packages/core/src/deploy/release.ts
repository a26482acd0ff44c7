import { digestOf, documentBytes } from '../kernel/index.js';
import type { Digest, JsonObject } from '../kernel/index.js';

/** Everything that a service answers by: it is rolled out, and rolled back, as one. */
export interface Release {
  readonly formatVersion: 1;
  readonly service: string;
  /** The digest of each model's bundle, by the name that the service gives it. */
  readonly models: Readonly<Record<string, Digest>>;
  /** What the service configures: queue, latency budget, guardrails. */
  readonly config: JsonObject;
}

/** The name of a release: equal releases are one. */
export function releaseId(release: Release): Digest {
  return digestOf(documentBytes(release));
}
