import { MemoryJournal } from '../../adapters/store-memory/index.js';
import { digestOf } from '../../kernel/index.js';
import { champion, encodeAliasEntry } from '../../registry/index.js';
import type { AliasEntry } from '../../registry/index.js';
import { failureOf } from '../../kernel/testing/failure-of.js';
import type { ObjectRef } from '../../store/index.js';
import { Aliases } from './aliases.js';

const file = (text: string): ObjectRef => ({
  kind: 'file',
  digest: digestOf(text),
  size: text.length,
  files: 1,
});

const entry = (model: string, alias = champion): AliasEntry => ({
  formatVersion: 1,
  alias,
  at: '2026-01-01T00:00:00.000Z',
  model: file(model),
  seed: 1,
  params: { alpha: 0.1 },
  predictions: file(`answers of ${model}`),
  testSet: digestOf('test set'),
  metrics: { accuracy: 0.9 },
  question: digestOf(`is ${model} better?`),
  because: 'pass',
});

describe('Aliases', () => {
  it('stand for the model that was named last, each alias and project on its own', async () => {
    const aliases = new Aliases(new MemoryJournal(), 'team');
    expect(await aliases.standing('m', champion)).toEqual({ entry: undefined, length: 0 });
    await aliases.move('m', 0, entry('first'));
    await aliases.move('m', 1, entry('second'));
    await aliases.move('m', 2, entry('other', 'shadow'));
    expect(await aliases.standing('m', champion)).toEqual({ entry: entry('second'), length: 3 });
    expect((await aliases.standing('n', champion)).entry).toBeUndefined();
    expect((await aliases.history('m')).map(({ alias }) => alias)).toEqual([champion, champion, 'shadow']);
  });

  it('are moved by one of those that looked at the same state', async () => {
    const aliases = new Aliases(new MemoryJournal(), 'team');
    const moved = await Promise.all(['a', 'b', 'c'].map((model) => aliases.move('m', 0, entry(model))));
    expect(moved.filter(Boolean)).toHaveLength(1);
  });

  it('of two workspaces are not one', async () => {
    const journals = new MemoryJournal();
    await new Aliases(journals, 'team').move('m', 0, entry('a'));
    expect((await new Aliases(journals, 'other').standing('m', champion)).length).toBe(0);
  });

  it('refuse what they cannot read, and say when it is newer', async () => {
    const journals = new MemoryJournal();
    const aliases = new Aliases(journals, 'team');
    await aliases.move('m', 0, entry('a'));
    const [name = ''] = journals.files.keys();
    await journals.append(name, 1, { ...encodeAliasEntry(entry('a')), formatVersion: 2 });
    await expect(aliases.standing('m', champion)).rejects.toMatchObject({
      code: 'ERR_ML_DOCUMENT_INVALID',
      fix: 'Upgrade nx-ml in this workspace.',
    });
    expect(failureOf(() => encodeAliasEntry({ ...entry('a'), seed: -1 }))).toMatchObject({
      code: 'ERR_ML_DOCUMENT_INVALID',
    });
  });
});
