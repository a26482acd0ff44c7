import { MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { encodePointer } from '../../documents/index.js';
import { digestOf } from '../../kernel/index.js';
import { decodeTree, encodeTree } from '../../store/index.js';
import { mergePointers } from './merge-pointers.js';

describe('mergePointers', () => {
  let objects: MemoryObjectStore;

  /** A pointer to a folder whose files and list are in the store. */
  const folder = async (files: Readonly<Record<string, string>>) => {
    const entries = [];
    for (const [path, text] of Object.entries(files))
      entries.push({ path, ...(await objects.putBytes(Buffer.from(text))) });
    const size = entries.reduce((sum, entry) => sum + entry.size, 0);
    const { digest } = await objects.putBytes(encodeTree(entries));
    return encodePointer({ kind: 'tree', digest, size, files: entries.length });
  };
  const file = (text: string) =>
    encodePointer({ kind: 'file', digest: digestOf(text), size: text.length, files: 1 });
  const merge = (base: string | undefined, ours: string, theirs: string) =>
    mergePointers({ base, ours, theirs }, 'd.ref.json', objects);

  beforeEach(() => {
    objects = new MemoryObjectStore();
  });

  it('makes one folder of two, and stores its list', async () => {
    const base = await folder({ a: '1', b: '1' });
    const result = await merge(base, await folder({ a: '1', b: '1', c: 'x' }), await folder({ a: '2' }));
    const expected = await folder({ a: '2', c: 'x' });
    expect(result).toMatchObject({
      state: 'merged',
      text: expected,
      notStored: 0,
      ref: { files: 2, size: 2 },
    });
  });

  it('puts the merged list into the store when it was not there', async () => {
    const [ours, theirs] = [await folder({ a: '1' }), await folder({ b: '1' })];
    const result = await merge(undefined, ours, theirs);
    if (result.state !== 'merged') throw new Error(result.state);
    const list = decodeTree(await objects.readBytes(result.ref.digest));
    expect(list.map(({ path }) => path)).toEqual(['a', 'b']);
  });

  it('says how many files are elsewhere as yet', async () => {
    const [ours, theirs] = [await folder({ a: '1' }), await folder({ b: '2' })];
    objects.bytes.delete(digestOf('2'));
    expect(await merge(undefined, ours, theirs)).toMatchObject({ state: 'merged', notStored: 1 });
  });

  it('takes the side that changed alone, whatever the store has', async () => {
    const [one, other] = [file('1'), file('2')];
    expect(await merge(one, one, other)).toMatchObject({ state: 'merged', text: other });
    expect(await merge(one, other, one)).toMatchObject({ state: 'merged', text: other });
    expect(await merge(one, other, other)).toMatchObject({ state: 'merged', text: other });
  });

  it('leaves to people what both changed', async () => {
    const base = await folder({ a: '1' });
    expect(await merge(base, await folder({ a: '2' }), await folder({ a: '3' }))).toEqual({
      state: 'conflict',
      conflicts: [{ path: 'a', kind: 'both-changed' }],
    });
    expect(await merge(file('1'), file('2'), file('3'))).toEqual({ state: 'conflict', conflicts: [] });
    expect(await merge(base, file('2'), await folder({ a: '3' }))).toEqual({
      state: 'conflict',
      conflicts: [],
    });
  });

  it('guesses nothing without the lists', async () => {
    const base = await folder({ a: '1' });
    const theirs = await folder({ a: '1', b: '2' });
    objects.bytes.clear();
    const ours = await folder({ a: '2' });
    expect(await merge(base, ours, theirs)).toEqual({ state: 'unknown', lists: ['base', 'theirs'] });
  });

  it('refuses what is no pointer', async () => {
    await expect(merge('', file('1'), file('2'))).rejects.toMatchObject({ code: 'ERR_ML_POINTER_INVALID' });
  });
});
