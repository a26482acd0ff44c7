import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { WorkspaceRig } from '@nx-ml/testing';

/** What short commands load of the packed plugin, which is most of their time. docs/adr/0021-start.md */
describe('the start of a command', () => {
  let rig: WorkspaceRig;

  const loadedBy = async (...args: readonly string[]): Promise<readonly string[]> => {
    const env = { NODE_OPTIONS: `--require=${join(rig.root, 'loaded.cjs')}` };
    const { code, output } = await rig.cli(args, { env });
    if (code !== 0) throw new Error(output);
    return JSON.parse(rig.read('loaded.json')) as readonly string[];
  };
  const packagesOf = (files: readonly string[]): readonly (string | undefined)[] => [
    ...new Set(files.map((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1])),
  ];
  const ours = ['@nx-ml/core', 'nx-ml'];

  beforeAll(async () => {
    rig = await WorkspaceRig.create();
    rig.write({
      'rows.csv': 'a,b\n1,2\n',
      'loaded.cjs': `
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const files = Object.keys(require.cache).filter((file) => file !== __filename);
  writeFileSync(__dirname + '/loaded.json', JSON.stringify(files));
});
`,
    });
    rig.commitAll('Start');
  });
  afterAll(() => rig.dispose());

  it('the list of commands loads none of them', async () => {
    const files = await loadedBy('--help');
    expect([...packagesOf(files)].sort()).toEqual(ours);
    expect(files.length).toBeLessThan(20);
  });

  it('data is added and looked at without a schema', async () => {
    const added = await loadedBy('data', 'add', 'rows.csv');
    expect([...packagesOf(added)].sort()).toEqual([...ours.slice(0, 1), 'ignore', ...ours.slice(1)]);
    for (const files of [added, await loadedBy('data', 'status'), await loadedBy('data', 'log')])
      expect(
        files.filter((file) => file.includes('zod') || /core\/dist\/(?:documents|manifest|stats)/.test(file)),
      ).toEqual([]);
  });

  it('the store is looked after without parsers, and with what schemas need of zod', async () => {
    const files = await loadedBy('store', 'du');
    expect([...packagesOf(files)].sort()).toEqual([...ours, 'object-hash'].sort());
    expect(files.filter((file) => file.includes('zod'))).toEqual([
      expect.stringMatching(/@nx-ml\/core\/dist\/kernel\/zod\.js$/),
    ]);
    expect(files.filter((file) => file.includes('core/dist/stats'))).toEqual([]);
  });

  it.each(['executors/step/step-batch', 'graph/infer-project', 'graph/ml-edges'])(
    'what Nx starts with every run loads no parser of sources, no import of DVC, no statistics and no client: %s',
    (file) => {
      const path = join(rig.root, 'node_modules/nx-ml/dist', `${file}.js`);
      const asked = `require(${JSON.stringify(path)}); console.log(JSON.stringify(Object.keys(require.cache)));`;
      const loaded = execFileSync(process.execPath, ['-e', asked], { cwd: rig.root, encoding: 'utf8' });
      const unwanted =
        /@lezer|interop\/dvc-import|core\/dist\/(?:stats|evaluation|charts)\/|adapters\/remote-|usecases\/(?:gate|evaluate|report)\//;
      expect(loaded).toContain(path);
      expect((JSON.parse(loaded) as readonly string[]).filter((each) => unwanted.test(each))).toEqual([]);
    },
  );

  it('statistics come with their distributions, and with no package of @stdlib', () => {
    const asked = `
      const { mcnemarExact } = require('@nx-ml/core/stats');
      const { oneSidedGreater } = mcnemarExact({ candidateOnlyCorrect: 6, baselineOnlyCorrect: 0 });
      const stdlib = Object.keys(require.cache).filter((file) => file.includes('@stdlib'));
      console.log(JSON.stringify({ oneSidedGreater, stdlib }));`;
    const answer = execFileSync(process.execPath, ['-e', asked], { cwd: rig.root, encoding: 'utf8' });
    expect(JSON.parse(answer)).toEqual({ oneSidedGreater: 1 / 64, stdlib: [] });
    expect(existsSync(join(rig.root, 'node_modules/@stdlib'))).toBe(false);
  });

  it('plots come with what draws them, and with no package of Vega', () => {
    const asked = `
      const { VegaCharts } = require('@nx-ml/core/adapters/charts-vega');
      const { chartSpec } = require('@nx-ml/core/report');
      const plot = { kind: 'confusion', classes: ['a', 'b'], counts: [[1, 0], [0, 1]] };
      new VegaCharts().svg(chartSpec(plot)).then((svg) => console.log(svg.slice(0, 5)));`;
    expect(execFileSync(process.execPath, ['-e', asked], { cwd: rig.root, encoding: 'utf8' })).toBe(
      '<svg \n',
    );
    for (const name of ['vega', 'vega-lite', 'd3-array'])
      expect(existsSync(join(rig.root, 'node_modules', name))).toBe(false);
  });
});
