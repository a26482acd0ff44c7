import { CliScene } from './testing/cli-scene.js';

let scene: CliScene;

const importing = (...args: readonly string[]) => scene.told('ws', 'data', 'import', ...args);

beforeEach(() => {
  scene = new CliScene();
  scene.write({ 'ws/nx.json': '{}', 'ws/.gitignore': '.nx-ml\n' });
});
afterEach(() => {
  scene.remove();
});

describe('nx-ml data import', () => {
  it.each([
    [['https://me:secret@example.org/x', '--to', 'd'], /password or a token/],
    [['https://example.org/x?X-Amz-Signature=secret', '--to', 'd'], /password or a token/],
    [['https://me:secret@example.org/x.git', 'a.ref.json', '--to', 'd'], /password or a token/],
    [['ftp://example.org/x', '--to', 'd'], /neither an http/],
    [['https://example.org/x'], /--to names/],
    [['https://example.org/x', '--to', '.'], /the workspace itself/],
    [['https://example.org/x', '--to', 'd', '--sha256', 'abc'], /64 hexadecimal/],
    [['https://example.org/x', '--to', 'd', '--name', 'a/b'], /without \//],
    [['https://example.org/x', '--to', 'd', '--max-size', 'much'], /--max-size/],
    [['--update'], /needs a pointer/],
    [[], /name one source/],
  ])('refuses %j as wrong use, without the secret', async (args, message) => {
    const failure: unknown = await importing(...args).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'ERR_ML_USAGE',
      message: expect.stringMatching(message) as string,
    });
    expect((failure as Error).message).not.toContain('secret');
  });

  it('and an add never take the text of a Git LFS pointer for data', async () => {
    const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1\n`;
    scene.write({
      'ws/.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'ws/d/x/a.bin': lfs,
      'ws/d/b.bin': lfs,
    });
    for (const path of ['d/x', 'd/b.bin'])
      await expect(scene.told('ws', 'data', 'add', path)).rejects.toMatchObject({
        code: 'ERR_ML_DATA_MISSING',
      });
  });

  it('refuses to update what was never imported', async () => {
    scene.write({ 'ws/d/a.csv': 'x' });
    await scene.told('ws', 'data', 'add', 'd/a.csv');
    await expect(importing('--update', 'd/a.csv.ref.json')).rejects.toThrow('notes no source');
  });
});
