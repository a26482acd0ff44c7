import { readdirSync, realpathSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { scriptedWorkspace, startCommand, WorkspaceRig } from '@nx-ml/testing';

interface GcDocument {
  readonly goes: readonly { readonly digest: string; readonly madeBy?: string }[];
  readonly waits: readonly {
    readonly digest: string;
    readonly since: string | null;
    readonly madeBy?: string;
  }[];
  readonly keeps: readonly { readonly class: string; readonly by: string; readonly objects: number }[];
  readonly deleted?: { readonly objects: number };
}

describe('nx-ml store', () => {
  let rig: WorkspaceRig;
  const store = (...args: readonly string[]) => rig.cli(['store', ...args]);
  const gc = async (...args: readonly string[]): Promise<GcDocument> => {
    const { output } = await store('gc', '--json', ...args);
    return JSON.parse(output) as GcDocument;
  };
  const objects = (): readonly string[] => {
    const folder = join(rig.home, '.cache/nx-ml/store/objects/sha256');
    return readdirSync(folder).flatMap((shard) =>
      readdirSync(join(folder, shard)).map((rest) => join(folder, shard, rest)),
    );
  };
  const age = (days: number): void => {
    const before = Math.floor(Date.now() / 1000) - days * 86_400;
    for (const path of objects()) utimesSync(path, before, before);
  };

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.write(scriptedWorkspace());
    rig.commitAll('start');
  });

  afterAll(() => rig.dispose());

  it('has nothing to tell before there is one', async () => {
    for (const command of ['status', 'du', 'gc', 'verify'])
      expect(await store(command)).toMatchObject({
        code: 0,
        output: expect.stringContaining('There is no store') as string,
      });
  });

  it('tells who uses it and what takes its space', async () => {
    await rig.tasks(['run-many', '-t', 'data', 'train', 'evaluate']);
    rig.write({
      'datasets/mails/ml.yaml': 'kind: dataset\nfiles: [mails.csv]\n',
      'datasets/mails/mails.csv': 'a,b\n',
    });
    await rig.cli(['data', 'add', 'datasets/mails/mails.csv']);
    rig.commitAll('mails');
    const status = await store('status');
    expect(status.output).toContain(`workspaces  ${rig.root}\n`);
    expect(status.output).toMatch(/^gc +never ran$/m);
    const du = await store('du');
    expect(du.output).toMatch(/^data +datasets\/mails\/mails.csv /m);
    expect(du.output).toMatch(/^run +alpha:train /m);
    expect(du.output).not.toContain('needed by nothing');
    expect((await store('gc')).output).toMatch(/^Nothing to delete: \d+ objects/);
  });

  it('keeps what a branch alone needs, and lets it go when branch, reflog and time are gone', async () => {
    rig.git('checkout', '--quiet', '-b', 'side');
    rig.write({ 'datasets/mails/mails.csv': 'a,b\n1,2\n' });
    await rig.cli(['data', 'add', 'datasets/mails/mails.csv']);
    rig.commitAll('more mails');
    rig.git('checkout', '--quiet', 'main');
    rig.write({ 'datasets/mails/mails.csv': 'a,b\n' });
    expect((await gc()).waits).toEqual([]);
    rig.git('branch', '-D', 'side');
    expect((await gc()).waits).toEqual([]);
    rig.git('reflog', 'expire', '--expire=now', '--all');
    expect((await gc()).waits).toMatchObject([{ since: null }]);
    age(5);
    const marked = await gc('--delete', '--grace-days', '0');
    expect([marked.waits.length, marked.deleted?.objects]).toEqual([1, 0]);
    expect((await gc('--delete')).deleted).toMatchObject({ objects: 0 });
    const before = objects().length;
    const { output } = await store('gc', '--delete', '--grace-days', '0');
    expect(output).toBe('Deleted 1 object, 8 B.\n');
    expect(objects()).toHaveLength(before - 1);
    expect((await store('verify')).code).toBe(0);
  });

  it('lets go of old runs, and Nx then makes again what it needs', async () => {
    for (const rate of ['0.5', '0.25']) {
      rig.edit('models/alpha/ml.yaml', (text) => text.replace('rate: 1', `rate: ${rate}`));
      await rig.tasks(['run-many', '-t', 'train', '-p', 'alpha']);
      rig.git('checkout', '--quiet', 'models/alpha/ml.yaml');
    }
    await rig.tasks(['run-many', '-t', 'train', '-p', 'alpha']);
    rig.forgetNx();
    const policy = ['--keep-days', '0', '--keep-last', '1', '--grace-days', '0'];
    age(5);
    const plan = await store('gc', '--plan', ...policy);
    expect(plan.output).toMatch(/^ {2}alpha:train seed 1, of \d{4}-\d\d-\d\d +\d+ objects/m);
    await gc('--delete', ...policy);
    expect((await gc('--delete', ...policy)).deleted?.objects).toBeGreaterThan(5);
    await rig.tasks(['run-many', '-t', 'train', 'evaluate']);
    rig.takeTrace();
    rig.edit('models/alpha/ml.yaml', (text) => text.replace('rate: 1', 'rate: 0.5'));
    await rig.tasks(['run-many', '-t', 'train', '-p', 'alpha', '--skip-nx-cache']);
    expect(rig.takeTrace()).toEqual(['alpha:train:1', 'alpha:train:2']);
    rig.git('checkout', '--quiet', 'models/alpha/ml.yaml');
  });

  it('refuses when a workspace is out of reach, until that is said to be gone for good', async () => {
    rig.write({ '../clone/nx.json': '{}', '../clone/a.csv': 'x\n' });
    const clone = join(rig.root, '../clone');
    const main = realpathSync(join(rig.root, 'node_modules/.bin/nx-ml'));
    const options = { cwd: clone, env: rig.environment() };
    expect((await startCommand(process.execPath, [main, 'data', 'add', 'a.csv'], options).ended).code).toBe(
      0,
    );
    rig.remove('../clone');
    const refused = await store('gc', '--delete');
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(
      `ERR_ML_ROOTS_UNREADABLE  Nothing was deleted, for the workspace ${clone} uses this store and is out of reach`,
    );
    expect(refused.output).toContain(`nx-ml store gc --unregister ${clone}`);
    expect((await store('gc', '--unregister', clone)).code).toBe(0);
    expect((await store('gc', '--unregister', clone)).code).toBe(2);
  });

  it('names the commit of a pointer that is broken', async () => {
    rig.write({ 'datasets/mails/mails.csv.ref.json': '{"digest": "sha256:12' });
    rig.commitAll('broken');
    const commit = rig.git('rev-parse', 'HEAD').trim();
    rig.git('checkout', '--quiet', 'HEAD~', '--', 'datasets/mails/mails.csv.ref.json');
    rig.commitAll('mended');
    const refused = await store('gc');
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(`of datasets/mails/mails.csv.ref.json in commit ${commit}`);
    const blob = /--accept-broken ([0-9a-f]{40})/.exec(refused.output)?.[1] ?? '';
    expect((await store('gc', '--accept-broken', blob)).code).toBe(0);
  });

  it('finds damage, tells who needs it, and puts back what is still in place', async () => {
    const [path = ''] = objects().filter((one) => statSync(one).size === 4);
    writeFileSync(path, 'a,B\n');
    const found = await store('verify');
    expect(found.code).toBe(1);
    expect(found.output).toMatch(/^1 of \d+ objects, .* is damaged and went to quarantine\.$/m);
    expect(found.output).toContain('needed by datasets/mails/mails.csv.ref.json');
    expect((await store('verify')).output).toContain('1 object in quarantine is still needed');
    const mended = await store('verify', '--fix');
    expect([mended.code, mended.output]).toEqual([0, expect.stringContaining('1 put back')]);
    expect((await store('verify')).output).toMatch(/every byte is as it should be\.\n$/);
  });

  it('says what it is not asked well', async () => {
    for (const args of [
      ['gc', '--keep-days', 'x'],
      ['gc', '--delete', '--dry-run'],
      ['gc', 'all'],
      ['du', '--limit', '0'],
    ])
      expect((await store(...args)).code).toBe(2);
  });
});
