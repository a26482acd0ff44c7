import { packageManagerOf, versionedSetUp } from './package-manager.js';
import { planSetUp } from './set-up-plan.js';

const versions = { nx: '23.2.1', nxMl: '0.1.0' };

describe('planSetUp', () => {
  it('gives an empty folder all that it lacks', () => {
    const plan = planSetUp({ root: '/tmp/My Spam!', manifest: undefined, hasNxJson: false }, versions);
    expect(JSON.parse(plan.files['package.json'] ?? '')).toEqual({
      name: 'my-spam',
      version: '0.0.0',
      private: true,
    });
    expect(Object.keys(plan.files)).toEqual(['package.json', 'nx.json']);
    expect(plan.packages).toEqual(['nx@23.2.1', '@nx/devkit@23.2.1', 'nx-ml@0.1.0']);
  });

  it('keeps what is there, and goes by the Nx that is there', () => {
    const manifest = { devDependencies: { nx: '23.0.5' } };
    expect(planSetUp({ root: '/a', manifest, hasNxJson: true }, versions)).toEqual({
      files: {},
      packages: ['@nx/devkit@23.0.5', 'nx-ml@0.1.0'],
    });
  });

  it('does nothing where nothing is missing', () => {
    const manifest = {
      dependencies: { nx: '23.2.1', '@nx/devkit': '23.2.1' },
      devDependencies: { 'nx-ml': '0.1.0' },
    };
    expect(planSetUp({ root: '/a', manifest, hasNxJson: true }, versions).packages).toEqual([]);
  });
});

describe('packageManagerOf', () => {
  it.each([
    [['yarn.lock'], 'npm/10.8.2 node/v20', 'yarn'],
    [['package-lock.json'], 'pnpm/9.1.0 npm/? node/v20', 'npm'],
    [[], 'pnpm/9.1.0 npm/? node/v20', 'pnpm'],
    [[], 'bun/1.2.0 npm/? node/v22', 'bun'],
    [[], undefined, 'npm'],
  ] as const)('%j and %s: %s', (files, userAgent, name) => {
    expect(packageManagerOf(files, userAgent).name).toBe(name);
  });
});

describe('versionedSetUp', () => {
  const setUp = (name: string, major: number, present: readonly string[] = []) =>
    versionedSetUp(packageManagerOf([], `${name}/1`), major, present);

  it.each([
    ['pnpm', 10, false],
    ['pnpm', 12, true],
    ['pnpm', NaN, false],
    ['npm', 11, false],
  ])('%s %d is told that nx may run its script: %s', (name, major, isTold) => {
    expect(setUp(name, major).add.includes('--allow-build=nx')).toBe(isTold);
  });

  it('has Yarn fill node_modules, unless somebody decided', () => {
    expect(setUp('yarn', 4).files).toEqual({ '.yarnrc.yml': 'nodeLinker: node-modules\n' });
    expect(setUp('yarn', 1).files).toEqual({});
    expect(setUp('yarn', 4, ['.yarnrc.yml']).files).toEqual({});
    expect(setUp('yarn', 4, ['.pnp.cjs']).files).toEqual({});
  });
});
