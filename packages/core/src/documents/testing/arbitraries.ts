import fc from 'fast-check';

import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { ObjectRef } from '../../store/index.js';
import { buildStepManifest } from '../step-manifest.js';
import type { StepManifest } from '../step-manifest.js';
import type { RunRecord } from '../run-record.js';
import type { RunResult } from '../run-result.js';

const size = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const digest: fc.Arbitrary<Digest> = fc.string().map((text) => digestOf(text));
const project = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);
const step = fc.constantFrom('data', 'train', 'evaluate');
const seed = fc.nat({ max: 4_294_967_295 });

export const objectRefs: fc.Arbitrary<ObjectRef> = fc.oneof(
  fc.record({ kind: fc.constant('file'), digest, size, files: fc.constant(1) }),
  fc.record({ kind: fc.constant('tree'), digest, size, files: size }),
);

const metricName = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .filter((name) => name !== '__proto__');
const metrics = fc.dictionary(metricName, fc.double({ noNaN: true, noDefaultInfinity: true }), {
  maxKeys: 4,
  noNullPrototype: true,
});

export const runResults: fc.Arbitrary<RunResult> = fc.record({
  formatVersion: fc.constant(1),
  outputs: fc.dictionary(fc.constantFrom('data', 'model', 'predictions'), objectRefs, {
    noNullPrototype: true,
  }),
  metrics,
});

export const stepManifests: fc.Arbitrary<StepManifest> = fc
  .record({
    project,
    step,
    runs: fc.oneof(
      fc.uniqueArray(fc.record({ seed, result: runResults }), {
        minLength: 1,
        maxLength: 4,
        selector: (run) => run.seed,
      }),
      fc.record({ seed: fc.constant(null), result: runResults }).map((run) => [run]),
    ),
  })
  .map((input) => buildStepManifest(input));

export const runRecords: fc.Arbitrary<RunRecord> = fc.record(
  {
    formatVersion: fc.constant(1),
    key: digest,
    project,
    step,
    seed: fc.option(seed),
    startedAt: fc
      .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    durationMs: size,
    host: fc.string({ minLength: 1 }),
    platform: fc.constantFrom('linux-x64', 'darwin-arm64'),
    engine: fc.constantFrom('local', 'slurm'),
    log: digest,
    commit: fc.stringMatching(/^[0-9a-f]{40}$/),
    branch: fc.constantFrom('main', 'a/b'),
    dirty: fc.boolean(),
  },
  {
    requiredKeys: [
      'formatVersion',
      'key',
      'project',
      'step',
      'seed',
      'startedAt',
      'durationMs',
      'host',
      'platform',
      'engine',
      'log',
    ],
  },
);

/** A text with one edit: characters removed, repeated, replaced or put in, or the end cut off. */
export function damaged(text: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: text.length - 1 });
  const patch = fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '"',
      '{',
      '}',
      ',',
      ':',
      'null',
      '-',
      '1e9',
      ' ',
      '\n',
      '\u0000',
      '"formatVersion":2,',
      '"__proto__":{},',
    ),
    fc.string({ maxLength: 3 }),
  );
  const edit = fc
    .tuple(at, fc.nat({ max: 20 }), patch)
    .map(([start, length, put]) => text.slice(0, start) + put + text.slice(start + length));
  return fc.oneof(
    edit,
    at.map((length) => text.slice(0, length)),
  );
}

/** The same value with the keys of every object in the opposite order. */
export function withKeysReversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => withKeysReversed(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, withKeysReversed<unknown>(item)])) as T;
}
