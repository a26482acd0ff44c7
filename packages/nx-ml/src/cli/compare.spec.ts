import { CliScene } from './testing/cli-scene.js';

describe('nx-ml compare', () => {
  let scene: CliScene;

  beforeEach(() => {
    scene = new CliScene();
    scene.write({ 'here/nx.json': '{}' });
  });
  afterEach(() => {
    scene.remove();
  });

  it('tells usage, what each answer means, and examples', async () => {
    const help = await scene.told('here', 'compare', '--help');
    expect(help).toMatch(/^nx-ml compare PROJECT A \[B\]/);
    expect(help).toContain('Examples\n');
    expect(help).toContain('not shown');
  });

  it.each([
    [['m'], 'needs a project and one or two sides'],
    [['m', 'a', 'b', 'c'], 'needs a project and one or two sides'],
    [['m', 'a', '--better', 'more', '--metric', 'x'], '--better takes higher or lower, not "more"'],
    [['m', 'a', '--better', 'lower'], 'of one --metric'],
    [['m', 'a', '--better', 'lower', '--metric', 'x', '--metric', 'y'], 'of one --metric'],
    [['m', 'a', '--train', '0'], '--train takes a whole number of at least 1, not "0"'],
    [['m', 'a', '--test', '1e3'], '--test takes a whole number of at least 1, not "1e3"'],
    [['m', 'a', '--seed', 'one'], '--seed takes a whole number of at least 0, not "one"'],
    [['m', 'a', '--metrics', 'x'], "Unknown option '--metrics'"],
  ])('refuses %j', async (args, message) => {
    await expect(scene.run('here', 'compare', ...args)).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      message: expect.stringContaining(message) as string,
      fix: expect.stringContaining('Usage: nx-ml compare PROJECT A [B]') as string,
    });
  });
});
