import { GcFolder } from '../testing/gc-folder.js';
import { spaceUsed } from './space-used.js';

let folder: GcFolder;

beforeEach(async () => {
  folder = await GcFolder.open();
});
afterEach(() => {
  folder.remove();
});

describe('Space in a folder store', () => {
  it('is told by who needs it, shared bytes once', async () => {
    folder.point(await folder.putTree('aa', 'shared'));
    folder.point(await folder.putTree('bbb', 'shared'));
    folder.roots.pointers = folder.roots.pointers.map((pointer, index) => ({
      ...pointer,
      path: `data/${String(index)}.ref.json`,
    }));
    await folder.put('nobody');
    const used = await spaceUsed({ workspaces: [], now: folder.now }, folder.deps);
    const documents = used.users.map(({ bytes, own }) => bytes - own);
    expect(used.users.map(({ kind, name }) => [kind, name])).toEqual([
      ['data', 'data/1'],
      ['data', 'data/0'],
    ]);
    expect(documents).toEqual(['shared'.length, 'shared'.length]);
    expect(used.shared).toEqual({ objects: 1, bytes: 6 });
    expect(used.unreachable).toEqual({ objects: 1, bytes: 6 });
    expect(used.total.objects).toBe(6);
  });
});
