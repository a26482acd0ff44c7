import { failureOf } from '../kernel/testing/failure-of.js';
import { decodeRegistryEntry, encodeRegistryEntry } from './registry-entry.js';
import type { AliasEntry, RegistryEntry } from './registry-entry.js';
import { championOf, registryState, versionOf } from './registry-state.js';
import { championEntry, manifestOf, versionEntry } from './testing/registry-entries.js';

const at = '2026-01-01T00:00:00.000Z';
const alias = (name: string, version: number | null): AliasEntry => ({
  ...{ formatVersion: 1, type: 'alias', at },
  ...{ alias: name, version },
});

describe('registryState', () => {
  it('is empty before anything was written', () => {
    expect(registryState([])).toEqual({ length: 0, versions: [], champions: [], aliases: new Map() });
  });

  it('has the last entry of every name, and all that were ever champion', () => {
    const entries = [
      championEntry('a'),
      versionEntry(1, 'a'),
      championEntry('a', { version: 1 }),
      versionEntry(2, 'b'),
      alias('staging', 2),
      alias('canary', 1),
      championEntry('b', { version: 2 }),
      alias('canary', null),
    ];
    const state = registryState(entries);
    expect(state.length).toBe(8);
    expect([...state.aliases].sort()).toEqual([
      ['champion', 2],
      ['staging', 2],
    ]);
    expect(championOf(state)).toEqual(entries[6]);
    expect(state.champions).toHaveLength(3);
    expect(versionOf(state, manifestOf('a'))?.version).toBe(1);
    expect(versionOf(state, manifestOf('c'))).toBeUndefined();
  });

  it('has no version for a champion that is not packaged yet, whatever the one before had', () => {
    const state = registryState([
      versionEntry(1, 'a'),
      championEntry('a', { version: 1 }),
      championEntry('b'),
    ]);
    expect(state.aliases.has('champion')).toBe(false);
  });

  it.each<[string, readonly RegistryEntry[]]>([
    ['a version that leaves one out', [versionEntry(2, 'a')]],
    ['a version twice', [versionEntry(1, 'a'), versionEntry(1, 'b')]],
    ['a bundle that is a version already', [versionEntry(1, 'a'), versionEntry(2, 'a')]],
    ['a champion of a version that is not there', [championEntry('a', { version: 1 })]],
    [
      'a champion of another model than its version',
      [versionEntry(1, 'a'), championEntry('b', { version: 1 })],
    ],
    ['an alias of a version that is not there', [alias('staging', 1)]],
  ])('is broken by %s', (_, entries) => {
    expect(failureOf(() => registryState(entries))).toMatchObject({ code: 'ERR_ML_JOURNAL_BROKEN' });
  });
});

describe('an entry', () => {
  it.each<RegistryEntry>([versionEntry(1, 'a'), championEntry('a'), alias('staging', 3), alias('old', null)])(
    'comes back as it was: %#',
    (entry) => {
      expect(decodeRegistryEntry(encodeRegistryEntry(entry))).toEqual(entry);
    },
  );

  it.each<[string, unknown]>([
    ['of no kind', { ...championEntry('a'), type: 'demoted' }],
    ['that moves the champion without evidence', { ...alias('champion', 1) }],
    ['with a key more', { ...versionEntry(1, 'a'), note: '' }],
    ['of version 0', versionEntry(0, 'a')],
    ['with a seed that none has', { ...championEntry('a'), seed: -1 }],
    ['with a name that is a path', alias('../x', 1)],
    ['that is nothing', null],
  ])('is refused %s', (_, payload) => {
    expect(failureOf(() => decodeRegistryEntry(payload))).toMatchObject({ code: 'ERR_ML_DOCUMENT_INVALID' });
  });

  it('of a newer format says so', () => {
    expect(failureOf(() => decodeRegistryEntry({ ...championEntry('a'), formatVersion: 2 }))).toMatchObject({
      fix: 'Upgrade nx-ml in this workspace.',
    });
  });
});
