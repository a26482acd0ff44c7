import { WorkspaceRig } from '@nx-ml/testing';

/** A dataset whose photos are behind a pointer, and what people do with it. */
describe('data under version control', () => {
  let rig: WorkspaceRig;
  const pointer = 'datasets/photos/images.ref.json';

  const add = async (): Promise<void> => {
    const { code, output } = await rig.cli(['data', 'add', 'datasets/photos/images']);
    if (code !== 0) throw new Error(output);
  };
  const ask = async (...args: readonly string[]): Promise<readonly Record<string, unknown>[]> => {
    const { output } = await rig.cli(['data', ...args, '--json']);
    return output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  /** A commit on a branch of its own, which started at `start`. */
  const branch = async (name: string, files: Readonly<Record<string, string>>): Promise<void> => {
    rig.git('checkout', '--quiet', '-B', name, 'start');
    rig.remove('datasets/photos/images');
    const all = { 'a.csv': 'id,x\n1,a\n2,b\n', 'b.txt': 'b', ...files };
    rig.write(
      Object.fromEntries(Object.entries(all).map(([path, text]) => [`datasets/photos/images/${path}`, text])),
    );
    await add();
    rig.commitAll(`On ${name}`);
  };

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.git('config', 'user.name', 'rig');
    rig.git('config', 'user.email', 'rig@localhost');
    rig.write({
      'datasets/photos/ml.yaml': 'kind: dataset\npointer: images.ref.json\n',
      'datasets/photos/images/a.csv': 'id,x\n1,a\n2,b\n',
      'datasets/photos/images/b.txt': 'b',
    });
    await add();
    rig.commitAll('Start');
    rig.git('branch', 'start');
  });
  afterAll(() => rig.dispose());

  it('status and diff say which files and rows differ, by the name of the project too', async () => {
    const { code, output } = await rig.cli(['data', 'status', 'photos', '--exit-code']);
    expect([code, output]).toEqual([0, 'All data is as its pointer says: 14 B in 2 files.\n']);
    rig.write({ 'datasets/photos/images/a.csv': 'id,x\n1,a\n2,B\n3,c\n', 'datasets/photos/images/new': 'n' });
    const changes = [
      { path: 'a.csv', change: 'edited', rows: { added: 1, removed: 0, changed: 1 } },
      { path: 'new', change: 'added' },
    ];
    expect(await ask('status', 'photos')).toMatchObject([{ state: 'changed', changes }]);
    expect(await ask('diff', 'HEAD', 'photos')).toMatchObject([{ path: 'datasets/photos/images', changes }]);
    expect((await rig.cli(['data', 'status', '--exit-code'])).code).toBe(1);
  });

  it('git merges two branches that each added files, and log tells it', async () => {
    await branch('one', { 'one.txt': '1', 'a.csv': 'id,x\n1,a\n2,B\n' });
    await branch('two', { 'two.txt': '2' });
    rig.merge('one');
    expect(await ask('diff', 'start', 'HEAD')).toMatchObject([
      {
        after: { files: 4 },
        changes: [
          { path: 'a.csv', change: 'edited' },
          { path: 'one.txt', change: 'added' },
          { path: 'two.txt', change: 'added' },
        ],
      },
    ]);
    const log = await ask('log', 'datasets/photos');
    expect(log.map(({ subject }) => subject)).toEqual(['Merge one', 'On two', 'On one', 'Start']);
    expect(log[0]).toMatchObject({
      edits: [{ path: 'datasets/photos/images', files: { added: 1, edited: 1 } }],
    });
    // What lies here is still that of one side.
    expect(await ask('status')).toMatchObject([{ state: 'changed', notStored: 0 }]);
    await rig.cli(['data', 'checkout']);
    expect(await ask('status')).toMatchObject([{ state: 'unchanged', ref: { files: 4 } }]);
    expect(rig.read('datasets/photos/images/one.txt')).toBe('1');
  });

  it('a true conflict names the file, and the marked pointer is no pointer', async () => {
    await branch('ours', { 'b.txt': 'ours' });
    await branch('theirs', { 'b.txt': 'theirs', 'fine.txt': 'f' });
    expect(() => {
      rig.merge('ours');
    }).toThrow(/both sides changed 1 path in different ways\.\n {2}b\.txt {2}changed by both\n/);
    expect(rig.gitStatus()).toContain(`UU ${pointer}`);
    expect(rig.read(pointer)).toMatch(/^<<<<<<< ours\n/);
    expect(await ask('status')).toMatchObject([
      { state: 'broken', error: { code: 'ERR_ML_POINTER_INVALID' } },
    ]);
    rig.git('checkout', '--theirs', pointer);
    rig.commitAll('Take one side');
    expect((await ask('diff', 'ours', 'HEAD'))[0]).toBeUndefined();
  });

  it('doctor knows a clone that was not told, and its mend works', async () => {
    rig.git('config', '--unset', 'merge.nx-ml-pointer.driver');
    expect((await rig.cli(['doctor'])).output).toContain('nx-ml data merge-driver --install');
    await rig.cli(['data', 'merge-driver', '--install']);
    expect((await rig.cli(['doctor'])).output).not.toContain('merge-driver');
  });
});
