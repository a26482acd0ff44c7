import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { scriptedModel, WorkspaceRig } from '@nx-ml/testing';

/** Two clones, each with a store of its own, and a remote between them. */
describe('a remote between two clones', () => {
  let rig: WorkspaceRig;
  let other: string;
  let remote: string;
  const pointed = (name: string): Record<string, string> => ({
    [`datasets/${name}/ml.yaml`]: 'kind: dataset\npointer: rows.ref.json\n',
    ...Object.fromEntries(
      Array.from({ length: 5 }, (_, at) => [
        `datasets/${name}/rows/${String(at)}.csv`,
        `${name} ${String(at)}\n`,
      ]),
    ),
  });
  const inA = (): Record<string, string> => ({
    NX_ML_STORE: join(rig.home, 'store-a'),
    NX_ML_REMOTE: remote,
  });
  const inB = (): Record<string, string> => ({
    NX_ML_STORE: join(rig.home, 'store-b'),
    NX_ML_REMOTE: remote,
  });
  const run = async (args: readonly string[], cwd: string, env: Record<string, string>): Promise<string> => {
    const { code, output } = await rig.cli(args, { cwd, env });
    if (code !== 0) throw new Error(output);
    return output;
  };
  /** Texts of the objects in the store of clone B. */
  const storedInB = (): readonly string[] => {
    const folder = join(rig.home, 'store-b/objects/sha256');
    return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((item) =>
      item.isFile()
        ? [rig.read(join('../home/store-b/objects/sha256', item.parentPath.slice(folder.length), item.name))]
        : [],
    );
  };

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    remote = join(rig.home, 'remote');
    other = join(rig.home, 'clone');
    mkdirSync(remote);
    rig.write({
      ...pointed('mails'),
      ...pointed('photos'),
      ...scriptedModel({ name: 'spam', yaml: ['data: [mails]'] }),
    });
    await run(['data', 'add', 'datasets/mails/rows', 'datasets/photos/rows'], rig.root, inA());
    rig.commitAll('Start');
    expect(await run(['data', 'push'], rig.root, inA())).toContain('pushed 12 objects');
    rig.git('clone', '--quiet', `file://${rig.root}`, other);
    symlinkSync(join(rig.root, 'node_modules'), join(other, 'node_modules'));
  });
  afterAll(() => rig.dispose());

  const train = (cwd: string, env: Record<string, string>): ReturnType<WorkspaceRig['tasks']> =>
    rig.tasks(['run', 'spam:evaluate'], { cwd, env });

  it('trains in a fresh clone with what it reads alone, and restores the second time', async () => {
    await train(other, inB());
    expect(rig.takeTrace(other)).toEqual(['spam:evaluate:1', 'spam:train:1']);
    const texts = storedInB();
    expect(texts.filter((text) => text.startsWith('mails '))).toHaveLength(5);
    expect(texts.filter((text) => text.startsWith('photos '))).toEqual([]);
    await rig.tasks(['run', 'spam:evaluate', '--skip-nx-cache'], { cwd: other, env: inB() });
    expect(rig.takeTrace(other)).toEqual([]);
  });

  it('restores what another clone trained, without its bytes, and brings them when they are read', async () => {
    rig.write({ 'models/spam/score.mjs': 'export const score = () => 0.5;\n' });
    await train(rig.root, inA());
    expect(rig.takeTrace()).toEqual(['spam:evaluate:1', 'spam:train:1']);
    expect(await run(['store', 'push'], rig.root, inA())).toMatch(/^pushed \d+ objects/);
    expect(await run(['store', 'push'], rig.root, inA())).toMatch(/^nothing to push/);

    const env = { ...inB(), NX_ML_STORE: join(rig.home, 'store-c') };
    writeFileSync(join(other, 'models/spam/score.mjs'), 'export const score = () => 0.5;\n');
    const foretold = await run(['plan', 'spam'], other, env);
    expect(foretold).toMatch(/^spam +current +restore, .* from the remote/m);
    expect(foretold).toContain(`come from ${remote} when something reads them`);
    expect(await run(['why', 'spam:train'], other, env)).toContain(`comes from ${remote} when something`);
    const offline = await run(['plan', 'spam'], other, { ...env, NX_ML_OFFLINE: '1' });
    expect(offline).toContain('not in the store, and the remote gave no answer: spam:train');
    expect(offline).toContain('What only the remote has counts as not there: NX_ML_OFFLINE forbids asking');
    await rig.tasks(['run', 'spam:evaluate', '--skip-nx-cache'], { cwd: other, env });
    expect(rig.takeTrace(other)).toEqual([]);
    // The evaluation changes, the model does not: it is brought now.
    writeFileSync(join(other, 'models/spam/score.mjs'), 'export const score = () => 0.7;\n');
    const { output } = await rig.nx(['run', 'spam:evaluate'], { cwd: other, env });
    expect(rig.takeTrace(other)).toEqual(['spam:evaluate:1']);
    expect(output).toContain(`from ${remote}`);
    expect(await run(['store', 'pull'], other, env)).toMatch(/^the results of 2 steps are all here/);
  });

  it('needs no remote for what it has, and tells what it would have needed it for', async () => {
    const broken = { ...inB(), NX_ML_REMOTE: join(rig.home, 'unmounted') };
    await rig.tasks(['run', 'spam:evaluate', '--skip-nx-cache'], { cwd: other, env: broken });
    rig.takeTrace(other);
    const offline = { ...inB(), NX_ML_OFFLINE: '1' };
    const { code, output } = await rig.nx(['run', 'photos:data'], { cwd: other, env: offline });
    expect(code).not.toBe(0);
    expect(output).toContain('ERR_ML_DATA_MISSING');
    expect(output).toContain('NX_ML_OFFLINE forbids asking the remote');
    expect(output).toContain('nx-ml data pull datasets/photos/rows');
    const lost = await rig.nx(['run', 'photos:data'], { cwd: other, env: broken });
    expect(lost.output).toContain('there is no such folder');
    await rig.tasks(['run', 'photos:data'], { cwd: other, env: inB() });
    expect(readdirSync(join(other, 'datasets/photos/rows'))).toHaveLength(5);
  });

  it('is looked at from here, and mends what is damaged here', async () => {
    expect(await run(['store', 'verify', '--remote', '--deep'], other, inB())).toContain('every byte');
    const folder = join(rig.home, 'store-b/objects/sha256');
    const [path = ''] = readdirSync(folder, { recursive: true, withFileTypes: true })
      .flatMap((item) => (item.isFile() ? [join(item.parentPath, item.name)] : []))
      .filter((file) => readFileSync(file, 'utf8') === 'photos 3\n');
    rmSync(join(other, 'datasets/photos/rows'), { recursive: true });
    chmodSync(path, 0o644);
    writeFileSync(path, 'damaged');
    expect(await run(['store', 'verify', '--fix'], other, inB())).toContain(`put back from ${remote}`);
  });
});
