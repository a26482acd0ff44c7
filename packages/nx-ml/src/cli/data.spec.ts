import { existsSync, rmSync } from 'node:fs';

import { CliScene } from './testing/cli-scene.js';

describe('nx-ml data', () => {
  let scene: CliScene;

  const ask = async (words: string, folder = 'ws') => {
    const code = await scene.run(folder, 'data', ...words.split(' '));
    return { code, text: scene.written };
  };
  const json = async (words: string): Promise<readonly unknown[]> =>
    (await ask(`${words} --json`)).text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);

  beforeEach(async () => {
    scene = new CliScene();
    scene.write({
      'ws/nx.json': '{}',
      'ws/.gitignore': '.nx-ml\n',
      'ws/d/mails.csv': 'id,x\n1,a\n',
      'ws/d/pics/1': '1',
    });
    scene.git('ws', 'init', '--quiet', '--initial-branch=main');
    await ask('add d/mails.csv d/pics');
    scene.git('ws', 'add', '--all');
    scene.git('ws', 'commit', '--quiet', '-m', 'First');
  });
  afterEach(() => {
    scene.remove();
  });

  it('status tells what differs, here and of what is asked for', async () => {
    expect(await ask('status --exit-code')).toEqual({
      code: 0,
      text: 'All data is as its 2 pointers say: 10 B in 2 files.\n',
    });
    scene.write({ 'ws/d/mails.csv': 'id,x\n1,b\n2,c\n', 'ws/d/pics/2': '2' });
    expect(await json('status d/pics')).toMatchObject([
      { path: 'd/pics', state: 'changed', changes: [{ path: '2', change: 'added', size: [0, 1] }] },
    ]);
    expect((await ask('status mails.csv', 'ws/d')).text).toContain('+1 −0 rows, 1 changed');
    expect((await ask('status')).code).toBe(0);
    expect((await ask('status --exit-code')).code).toBe(1);
  });

  it('add says what is left to do for data that is new, and for no other', async () => {
    scene.write({
      'ws/e/a.csv': 'x\n',
      'ws/e/b.csv': 'y\n',
      'ws/e/ml.yaml': 'kind: dataset\npointer: b.csv.ref.json\n',
    });
    expect((await ask('add e/a.csv e/b.csv d/pics')).text).toMatch(
      /\nNext: git add e\/a.csv.ref.json e\/b.csv.ref.json e\/.gitignore\n {6}say in e\/ml.yaml: pointer: a.csv.ref.json\n$/,
    );
    expect((await ask('add e/a.csv')).text).not.toContain('Next');
  });

  it('status tells a broken pointer with its mend', async () => {
    scene.write({ 'ws/d/pics.ref.json': '<<<<<<< ours' });
    expect(await json('status')).toMatchObject([
      { path: 'd/mails.csv', state: 'unchanged' },
      {
        state: 'broken',
        error: { code: 'ERR_ML_POINTER_INVALID', fix: expect.stringContaining('git') as string },
      },
    ]);
  });

  it('status goes by what lies there where there is no git, and no store', async () => {
    rmSync(scene.at('ws/.git'), { recursive: true });
    rmSync(scene.at('store'), { recursive: true });
    expect((await ask('status')).text).toContain('Here, and not in the store\n  d/mails.csv');
  });

  it('diff compares commits, and a commit with the workspace', async () => {
    scene.write({ 'ws/d/pics/2': '2' });
    expect(await json('diff')).toMatchObject([{ path: 'd/pics', changes: [{ path: '2' }] }]);
    await ask('add d/pics');
    scene.git('ws', 'commit', '--quiet', '--all', '-m', 'Second');
    expect((await ask('diff --exit-code')).text).toBe('No data differs between HEAD and the workspace.\n');
    for (const words of ['diff HEAD~1 HEAD', 'diff HEAD~1..HEAD', 'diff HEAD~1', 'diff HEAD~1 d/pics'])
      expect(await json(words)).toMatchObject([
        { path: 'd/pics', changes: [{ path: '2', change: 'added' }] },
      ]);
    expect(await json('diff HEAD~1 HEAD d/mails.csv')).toEqual([]);
    expect((await ask('diff HEAD~1 --exit-code')).code).toBe(1);
  });

  it('diff needs something to compare with', async () => {
    rmSync(scene.at('ws/.git'), { recursive: true });
    await expect(ask('diff')).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
  });

  it('log tells the commits, of data that is gone as well', async () => {
    scene.write({ 'ws/d/pics/2': '2' });
    await ask('add d/pics');
    scene.git('ws', 'rm', '--quiet', 'd/mails.csv.ref.json');
    scene.git('ws', 'commit', '--quiet', '--all', '-m', 'Second');
    expect(await json('log')).toMatchObject([
      { subject: 'Second', author: 'A. Spec', edits: [{ path: 'd/mails.csv' }, { files: { added: 1 } }] },
      { subject: 'First', edits: [{ path: 'd/mails.csv' }, { path: 'd/pics' }] },
    ]);
    rmSync(scene.at('ws/d/mails.csv'));
    expect(await json('log d/mails.csv')).toMatchObject([
      { subject: 'Second', edits: [{ path: 'd/mails.csv', before: { size: 9 } }] },
      { subject: 'First', edits: [{ path: 'd/mails.csv', after: { size: 9 } }] },
    ]);
  });

  describe('merging', () => {
    /** The pointer of `d/pics` with these files; they stay in the store. */
    const pointerOf = async (files: Readonly<Record<string, string>>): Promise<string> => {
      rmSync(scene.at('ws/d/pics'), { recursive: true });
      scene.write(
        Object.fromEntries(Object.entries(files).map(([name, text]) => [`ws/d/pics/${name}`, text])),
      );
      await ask('add d/pics');
      return scene.read('ws/d/pics.ref.json');
    };
    const merge = (base: string, ours: string, theirs: string) => {
      scene.write({ 'ws/base': base, 'ws/ours': ours, 'ws/theirs': theirs });
      return ask('merge-driver base ours theirs d/pics.ref.json');
    };
    const result = () => scene.read('ws/ours');

    it('makes one pointer of two that go together', async () => {
      const base = await pointerOf({ 1: '1' });
      const [ours, theirs] = [await pointerOf({ 1: '1', 2: '2' }), await pointerOf({ 1: '1', 3: '3' })];
      const both = await pointerOf({ 1: '1', 2: '2', 3: '3' });
      expect(await merge(base, ours, theirs)).toEqual({
        code: 0,
        text: 'nx-ml: d/pics: both changes go together, 3 B in 3 files. Bring it: nx-ml data checkout d/pics\n',
      });
      expect(result()).toBe(both);
      expect((await merge('', ours, theirs)).code).toBe(0);
      expect(result()).toBe(both);
    });

    it('names what does not go together, and leaves no pointer that looks whole', async () => {
      const base = await pointerOf({ 1: '1', 2: '2' });
      const [ours, theirs] = [await pointerOf({ 1: 'one' }), await pointerOf({ 1: 'eins', 2: 'zwei' })];
      const { code, text } = await merge(base, ours, theirs);
      expect(code).toBe(1);
      expect(text).toContain('both sides changed 2 paths');
      expect(text).toMatch(/1 {2}changed by both\n {2}2 {2}removed by ours, changed by theirs\n/);
      expect(result()).toBe(`<<<<<<< ours\n${ours}=======\n${theirs}>>>>>>> theirs\n`);
    });

    it('merges nothing without the lists, nor what is no pointer', async () => {
      const [ours, theirs] = [await pointerOf({ 1: 'one' }), await pointerOf({ 1: '1', 2: 'zwei' })];
      rmSync(scene.at('store'), { recursive: true });
      const { code, text } = await merge('', ours, theirs);
      expect([code, text]).toEqual([
        1,
        expect.stringContaining('lacks the list of ours and theirs') as string,
      ]);
      expect(await merge('{', ours, theirs)).toMatchObject({
        code: 1,
        text: expect.stringContaining('ERR_ML_POINTER_INVALID') as string,
      });
      expect(result()).toContain('<<<<<<<');
    });

    it('is told to git once by data add, and again where it was lost', async () => {
      expect(scene.read('ws/.gitattributes')).toBe('*.ref.json merge=nx-ml-pointer\n');
      expect((await ask('merge-driver --install')).text).toContain('already');
      scene.git('ws', 'config', '--unset', 'merge.nx-ml-pointer.driver');
      scene.write({ 'ws/.gitattributes': '* text=auto' });
      expect((await ask('merge-driver --install')).text).toContain('from now on');
      expect(scene.read('ws/.gitattributes')).toBe('* text=auto\n*.ref.json merge=nx-ml-pointer\n');
      expect((await ask('merge-driver --install')).text).toContain('already');
    });

    it('needs git, and four paths', async () => {
      await expect(ask('merge-driver a b')).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
      rmSync(scene.at('ws/.git'), { recursive: true });
      rmSync(scene.at('ws/.gitattributes'));
      await ask('add d/pics');
      expect(existsSync(scene.at('ws/.gitattributes'))).toBe(false);
      await expect(ask('merge-driver --install')).rejects.toMatchObject({ code: 'ERR_ML_USAGE' });
    });
  });
});
