import hash from 'object-hash';

import { canonicalJson, digestOf } from '../kernel/index.js';
import type { Digest, JsonObject } from '../kernel/index.js';

/** Digest of a RunKeyDocument: the name under which a run's result is published and found again. */
export type RunKey = Digest & { readonly __key: 'RunKey' };

export interface CodeFile {
  /** Workspace-relative, with `/`. */
  readonly path: string;
  readonly digest: Digest;
}

export interface KeyInput {
  readonly kind: 'data' | 'model';
  /** The project that made it. */
  readonly project: string;
  readonly digest: Digest;
}

/** What of the machine can change a result. */
export interface EnvironmentDocument {
  /** `linux-x64`, `darwin-arm64`. */
  readonly platform: string;
  /** Class of the accelerator, `none` where none is asked for. */
  readonly accelerator: string;
  /** Version of each interpreter that the command starts: `{ node: "20.20.2" }`. */
  readonly interpreters: Readonly<Record<string, string>>;
  /** Version of each package that the code imports, and of what those need in turn. */
  readonly packages: Readonly<Record<string, string>>;
  /** Declared environment variables; null: not set. */
  readonly env: Readonly<Record<string, string | null>>;
}

/**
 * Everything that a run's result may depend on, and nothing else: no path of the machine, no clock, no host, no
 * configuration that the step never sees. Equal documents mean that the run need not be repeated.
 *
 * Format version 1 (docs/design/run-key.md). Any change of meaning raises the version, and with it every key.
 */
export interface RunKeyDocument {
  readonly formatVersion: 1;
  readonly project: string;
  readonly step: string;
  /** As written, placeholders unfilled: their values stand in params, seed and inputs. */
  readonly command: string;
  readonly code: readonly CodeFile[];
  readonly inputs: Readonly<Record<string, KeyInput>>;
  readonly params: JsonObject;
  readonly seed: number | null;
  readonly environment: EnvironmentDocument;
}

/** SHA-256 of the document's canonical JSON. */
export function runKeyOf(document: RunKeyDocument): RunKey {
  return digestOf(canonicalJson(document)) as RunKey;
}

/**
 * A short name for one parameter set whatever its seed, to group the runs of a model that differ by seed only.
 * SHA-256 by object-hash, key order ignored.
 */
export function paramsId(params: JsonObject): string {
  return hash(params, { algorithm: 'sha256', unorderedObjects: true }).slice(0, 12);
}
