import { MemoryJournal } from '../../adapters/store-memory/index.js';
import { championOf } from '../../registry/index.js';
import { championEntry, versionEntry } from '../../registry/testing/registry-entries.js';
import { Registry } from './registry.js';

describe('Registry', () => {
  it('tells what was appended, each project on its own', async () => {
    const registry = new Registry(new MemoryJournal(), 'team');
    expect((await registry.state('m')).length).toBe(0);
    await registry.append('m', 0, championEntry('first'));
    await registry.append('m', 1, versionEntry(1, 'first'));
    await registry.append('m', 2, championEntry('second'));
    expect(championOf(await registry.state('m'))).toEqual(championEntry('second'));
    expect(await registry.history('m')).toHaveLength(3);
    expect(championOf(await registry.state('n'))).toBeUndefined();
  });

  it('is appended to by one of those that looked at the same state', async () => {
    const registry = new Registry(new MemoryJournal(), 'team');
    const appended = await Promise.all(['a', 'b', 'c'].map((m) => registry.append('m', 0, championEntry(m))));
    expect(appended.filter(Boolean)).toHaveLength(1);
  });

  it('of two workspaces is not one', async () => {
    const journals = new MemoryJournal();
    await new Registry(journals, 'team').append('m', 0, championEntry('a'));
    expect((await new Registry(journals, 'other').state('m')).length).toBe(0);
  });

  it('appends nothing that it could not read again', async () => {
    const journals = new MemoryJournal();
    const registry = new Registry(journals, 'team');
    await expect(registry.append('m', 0, championEntry('a', { seed: -1 }))).rejects.toMatchObject({
      code: 'ERR_ML_DOCUMENT_INVALID',
    });
    expect(journals.files.size).toBe(0);
  });
});
