import { CliScene } from './testing/cli-scene.js';

describe('nx-ml shards, of a document', () => {
  let scene: CliScene;
  const include = [
    { shard: 1, of: 3, kind: 'default', runner: ['ubuntu-latest'], projects: 'a,b', expectedMs: 5 },
    { shard: 2, of: 3, kind: 'gpu', runner: ['gpu'], projects: 'c' },
    { shard: 3, of: 3, kind: 'gpu', runner: ['gpu'], projects: 'd' },
  ];

  beforeEach(() => {
    scene = new CliScene();
    scene.write({
      'here/nx.json': '{}',
      'here/shards.json': JSON.stringify({ formatVersion: 1, base: 'f'.repeat(40), include }),
      'here/cut.json': '{ "formatVersion": 1, "inclu',
      'here/newer.json': '{ "formatVersion": 2, "include": [] }',
    });
  });
  afterEach(() => {
    scene.remove();
  });

  const told = (...args: readonly string[]) =>
    scene.told('here', 'shards', '--read', scene.at('here/shards.json'), ...args);

  it('prints the projects of one, of one kind, and nothing where there are not so many', async () => {
    expect(await told('--shard', '1')).toBe('a,b\n');
    expect(await told('--shard', '3')).toBe('d\n');
    expect(await told('--shard', '1', '--kind', 'gpu')).toBe('c\n');
    expect(await told('--shard', '2', '--kind', 'default')).toBe('');
    expect(await told('--shard', '4')).toBe('');
  });

  it.each(['cut.json', 'newer.json', 'missing.json'])('refuses %s', async (file) => {
    await expect(
      scene.run('here', 'shards', '--read', scene.at(`here/${file}`), '--shard', '1'),
    ).rejects.toMatchObject({
      code: 'ERR_ML_DOCUMENT_INVALID',
      fix: expect.stringContaining('nx-ml shards --json >') as string,
    });
  });

  it.each([
    [['a'], 'takes no arguments'],
    [['--read', 'x'], '--read needs --shard'],
    [['--count', '0'], '--count takes a whole number from 1 to 999, not "0"'],
    [['--memory-from', '8GB'], '--memory-runner and --memory-from need one another'],
    [['--memory-runner', 'big'], '--memory-runner and --memory-from need one another'],
    [['--memory-runner', 'big', '--memory-from', '8G'], '--memory-from takes a size such as 14GB, not "8G"'],
    [['--gpu-runner', 'a,,b'], '--gpu-runner takes labels separated by commas, not "a,,b"'],
  ])('refuses %j', async (args, message) => {
    await expect(scene.run('here', 'shards', ...args)).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      message: expect.stringContaining(message) as string,
    });
  });
});
