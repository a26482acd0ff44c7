import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import { decodeDeployEntry, encodeDeployEntry } from './deploy-entry.js';
import type { BeginEntry, DeployEntry, EndEntry, FoundEntry } from './deploy-entry.js';
import { deployState, lastGood } from './deploy-state.js';
import { releaseId } from './release.js';
import type { Release } from './release.js';

const releaseOf = (name: string): Release => ({
  formatVersion: 1,
  service: 's',
  models: { m: digestOf(name) },
  config: {},
});
const id = (name: string) => releaseId(releaseOf(name));
const base = { formatVersion: 1, at: '2026-01-01T00:00:00.000Z' } as const;

const begin = (name: string, from: string | null, change: Partial<BeginEntry> = {}): BeginEntry => ({
  ...base,
  type: 'begin',
  release: id(name),
  document: releaseOf(name),
  from: from === null ? null : id(from),
  strategy: 'canary',
  by: 'spec',
  holder: 'h',
  ...change,
});
const end = (outcome: EndEntry['outcome'], serving: string | null, reason = 'r'): EndEntry => ({
  ...base,
  type: 'end',
  outcome,
  serving: serving === null ? null : id(serving),
  reason,
});
const found = (serving: string): FoundEntry => ({
  ...base,
  type: 'found',
  serving: id(serving),
  reason: 'f',
});

describe('the journal of deployments', () => {
  it('is read as it was written, today and by the fixture of format 1', () => {
    for (const entry of [begin('a', null), end('promoted', 'a'), found('b')])
      expect(decodeDeployEntry(encodeDeployEntry(entry))).toEqual(entry);
    const file = readFileSync(join(__dirname, 'fixtures/deploy-entries.v1.json'), 'utf8');
    const entries = (JSON.parse(file) as unknown[]).map(decodeDeployEntry);
    expect(deployState(entries)).toMatchObject({ open: undefined, serving: id('first') });
  });

  it.each<[string, unknown]>([
    ['a release under another name', { ...begin('a', null), release: id('b') }],
    ['an unknown outcome', { ...end('promoted', 'a'), outcome: 'fine' }],
    ['a key that it does not have', { ...found('a'), extra: 1 }],
    [
      'a model whose name leads out of a folder',
      begin('a', null, { bundles: { '../m': { kind: 'tree', digest: id('a'), size: 1, files: 1 } } }),
    ],
    ['no reason', { ...end('failed', 'a'), reason: '' }],
  ])('refuses %s', (_, entry) => {
    expect(failureOf(() => encodeDeployEntry(entry as DeployEntry)).code).toBe('ERR_ML_DOCUMENT_INVALID');
  });

  it('knows what serves, what is under way, and what is not to come again', () => {
    const state = deployState([
      begin('a', null),
      end('promoted', 'a'),
      begin('b', 'a'),
      end('rolled-back', 'a', 'errors'),
      begin('c', 'a'),
      end('promoted', 'c'),
      begin('d', 'c'),
    ]);
    expect(state).toMatchObject({ length: 7, serving: id('c'), open: { sequence: 6 } });
    expect([...state.returned]).toEqual([[id('b'), 'errors']]);
    expect(lastGood(state)).toBe(id('a'));
  });

  it('holds against a release that somebody went back from it, by command or by other means', () => {
    const served = [begin('a', null), end('promoted', 'a'), begin('b', 'a'), end('promoted', 'b')];
    const back = begin('a', 'b', { strategy: 'rollback' });
    for (const more of [[back, end('rolled-back', 'a', 'f')], [found('a')]]) {
      const state = deployState([...served, ...more]);
      expect([state.serving, [...state.returned.keys()], lastGood(state)]).toEqual([
        id('a'),
        [id('b')],
        undefined,
      ]);
    }
    // One that was not there before was deployed by other means: nothing speaks against the one before.
    expect(deployState([...served, found('c')]).returned.size).toBe(0);
  });

  it('forgets what was held against a release that was deployed again and stayed', () => {
    const state = deployState([
      begin('a', null),
      end('promoted', 'a'),
      begin('b', 'a'),
      end('rolled-back', 'a'),
      begin('b', 'a', { reason: 'again' }),
      end('promoted', 'b'),
    ]);
    expect(state.returned.size).toBe(0);
  });

  it('holds nothing against a release whose roll-out came to no answer', () => {
    for (const outcome of ['inconclusive', 'failed', 'abandoned'] as const)
      expect(
        deployState([begin('a', null), end('promoted', 'a'), begin('b', 'a'), end(outcome, 'a')]).returned
          .size,
      ).toBe(0);
  });
});
