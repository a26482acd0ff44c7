import { MemorySource } from '../../bundle/testing/memory-source.js';
import { newKey } from '../../bundle/testing/small-bundle.js';
import { verifySource } from '../../bundle/index.js';
import type { VerifiedBundle } from '../../bundle/index.js';
import type { MlError } from '../../kernel/index.js';
import { decodeTree } from '../../store/index.js';
import type { ObjectRef } from '../../store/index.js';
import { acceptModel } from '../gate/accept-model.js';
import {
  describePackagedModel,
  packagedMachine,
  packageTasks,
  unjudged,
} from './testing/packaged-machine.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { removeWorkspaces, run } from '../testing/small-workspace.js';
import type { MlTask, TaskOutcome } from '../run/task-work.js';
import { currentPackages } from './current-packages.js';

async function packaged(machine: FakeMachine, of: readonly MlTask[] = packageTasks) {
  const outcomes = await run(machine, of);
  const failed = Object.values(outcomes).find(({ state }) => state === 'failed');
  if (failed?.state === 'failed') throw failed.error;
  const outcome = outcomes['m:package'];
  if (outcome?.state !== 'executed' && outcome?.state !== 'restored')
    throw new Error(`package ${String(outcome?.state)}`);
  const bundle = outcome.manifest.runs[0]?.outputs['bundle'];
  if (bundle === undefined) throw new Error('no bundle');
  const tree = decodeTree(await machine.objects.readBytes(bundle.digest));
  const files = new Map<string, Buffer>();
  for (const { path, digest } of tree) files.set(path, await machine.objects.readBytes(digest));
  const source = new MemorySource(files);
  return { state: outcome.state, bundle, source, outcomes };
}

async function textIn(source: MemorySource, bundle: VerifiedBundle, path: string): Promise<string> {
  const file = bundle.files.find((each) => each.path === path);
  if (file === undefined) throw new Error(`no ${path}`);
  return (await source.read(`blobs/sha256/${file.digest.slice(7)}`, 1e9)).toString('utf8');
}

async function cardOf(machine: FakeMachine, of?: readonly MlTask[]): Promise<string> {
  const { source } = await packaged(machine, of);
  return textIn(source, await verifySource(source, { trustedKeys: [] }), 'README.md');
}

async function failureOf(machine: FakeMachine): Promise<MlError> {
  const outcome: TaskOutcome | undefined = (await run(machine, unjudged))['m:package'];
  if (outcome?.state === 'failed') return outcome.error as MlError;
  throw new Error(`package ${String(outcome?.state)}`);
}

describe('package', () => {
  afterEach(removeWorkspaces);

  it('makes a bundle that verifies, once', async () => {
    const machine = packagedMachine();
    const first = await packaged(machine);
    expect(first.state).toBe('executed');
    const bundle = await verifySource(first.source, { trustedKeys: [] });
    expect(bundle.files.map(({ path }) => path)).toEqual([
      'README.md',
      'example.json',
      'model/version',
      'serving.json',
    ]);
    expect(bundle.serving).toMatchObject({ name: 'm', runtime: { kind: 'onnx', file: 'model/version' } });
    expect(bundle.statement.predicate.buildDefinition.resolvedDependencies.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'train/run-key',
        'train/data/clean',
        'train/code/models/m/train.mjs',
        'evaluate/model/model',
      ]),
    );
    const again = await packaged(machine);
    expect(again).toMatchObject({ state: 'restored', bundle: first.bundle });
  });

  it('makes the same bytes on another machine', async () => {
    const [one, other] = [await packaged(packagedMachine()), await packaged(packagedMachine())];
    expect(other.bundle).toEqual(one.bundle);
  });

  it('stays what it is when its model is accepted', async () => {
    const machine = packagedMachine();
    const { bundle, outcomes } = await packaged(machine);
    const judged = outcomes['m:gate'];
    if (judged?.state !== 'judged') throw new Error('not judged');
    const sent: ObjectRef[] = [];
    const { entry } = await acceptModel(judged.answer, undefined, {
      ...machine.deps,
      journals: machine.deps.stores.journals,
      publish: (refs) => {
        sent.push(...refs);
        return Promise.resolve();
      },
    });
    // Elsewhere the same verdict must be found, or the card would be another.
    expect(sent.map(({ digest }) => digest)).toContain(entry.verdict);
    expect(await machine.objects.missing(sent.map(({ digest }) => digest))).toEqual([]);
    const after = await packaged(machine);
    expect(after).toMatchObject({ state: 'restored', bundle });
    // And elsewhere, where nobody packaged it before: from what the registry says.
    machine.write({ 'libs/none/x': '' });
    machine.deps.runs.find = () => Promise.resolve(undefined);
    expect((await packaged(machine)).bundle).toEqual(bundle);
  });

  it('repackages for another text of the card, and retrains nothing', async () => {
    const machine = packagedMachine();
    const before = await packaged(machine);
    machine.engine.take();
    describePackagedModel(machine, { more: '  card: { limitations: "English *only*." }\n' });
    const after = await packaged(machine);
    expect(after.state).toBe('executed');
    expect(after.bundle.digest).not.toBe(before.bundle.digest);
    expect(machine.engine.take()).toEqual([]);
    expect(await cardOf(machine)).toContain('## Limitations\n\nEnglish *only*.');
  });

  it('packs what the serving command imports, and trains nothing for it', async () => {
    const machine = packagedMachine({ serve: '{ command: node serve.mjs }' });
    machine.write({
      'models/m/serve.mjs': "import '../../libs/words/words.mjs';\n",
      'libs/words/words.mjs': 'export {};\n',
      'libs/words/stop.txt': 'the\n',
      'libs/words/unused.mjs': 'export {};\n',
    });
    const { source } = await packaged(machine);
    const bundle = await verifySource(source, { trustedKeys: [] });
    expect(bundle.serving.runtime).toEqual({
      kind: 'command',
      command: 'node serve.mjs',
      folder: 'code/models/m',
    });
    expect(bundle.files.map(({ path }) => path).filter((path) => path.startsWith('code/'))).toEqual([
      'code/libs/words/stop.txt',
      'code/libs/words/words.mjs',
      'code/models/m/serve.mjs',
    ]);
    machine.engine.take();
    machine.write({ 'models/m/serve.mjs': '// changed\n' });
    expect((await packaged(machine)).state).toBe('executed');
    expect(machine.engine.take()).toEqual([]);
  });

  it('lets Python find the modules of other projects where the bundle is served', async () => {
    const machine = packagedMachine({ serve: '{ command: python3 serve.py }' });
    machine.write({
      'models/m/serve.py': 'import words.stop\n',
      "libs/it's/words/__init__.py": '',
      "libs/it's/words/stop.py": '',
    });
    const { source } = await packaged(machine);
    const { serving, files } = await verifySource(source, { trustedKeys: [] });
    expect(serving.runtime).toMatchObject({
      command: String.raw`PYTHONPATH='../../libs/it'\''s' python3 serve.py`,
      folder: 'code/models/m',
    });
    expect(files.map(({ path }) => path)).toContain("code/libs/it's/words/stop.py");
    const environment = JSON.parse(
      await textIn(source, await verifySource(source, { trustedKeys: [] }), 'environment.json'),
    ) as unknown;
    expect(environment).toMatchObject({ platform: 'linux-x64', interpreters: { python: '3.11.0' } });
  });

  it('signs where there is a key, and says the same of the model', async () => {
    const machine = packagedMachine();
    const plain = await verifySource((await packaged(machine)).source, { trustedKeys: [] });
    const { signing, trusted } = newKey();
    const signed = { ...machine, deps: { ...machine.deps, signingKey: () => signing } };
    const { source, state } = await packaged(signed);
    expect(state).toBe('executed');
    expect(await verifySource(source, { trustedKeys: [trusted] })).toMatchObject({
      digest: plain.digest,
      signedBy: [signing.id],
    });
  });

  it('is found again by whoever pushes it, without the key that signed it', async () => {
    const machine = packagedMachine();
    expect(await currentPackages(['m'], machine.deps)).toEqual([]);
    const { signing } = newKey();
    const { bundle } = await packaged({ ...machine, deps: { ...machine.deps, signingKey: () => signing } });
    expect(await currentPackages(['clean', 'm'], machine.deps)).toMatchObject([
      { ref: { project: 'm', step: 'package' }, outputs: [bundle] },
    ]);
    describePackagedModel(machine, { more: '  card: { limitations: none }\n' });
    expect(await currentPackages(['m'], machine.deps)).toEqual([]);
  });

  it('says what the gate said, and what it did not', async () => {
    expect(await cardOf(packagedMachine())).toContain('It passed its gate as the first model');
    expect(await cardOf(packagedMachine())).toContain('| all | accuracy | 0.9 |');
    const silent = await cardOf(packagedMachine(), unjudged);
    expect(silent).toContain('**It was not judged**');
    expect(silent).toContain('The scores of the test set are not told here');
    expect(silent).not.toContain('0.9');
    const open = await cardOf(
      packagedMachine({ gate: ' { primary: accuracy, disclosure: full }' }),
      unjudged,
    );
    expect(open).toContain('| all | accuracy | 0.9 |');
  });

  it('says of a model that was let through that it did not pass, and tells no score', async () => {
    const machine = packagedMachine({ version: 'bad' });
    const judged = (await run(machine, packageTasks))['m:gate'];
    if (judged?.state !== 'judged') throw new Error('not judged');
    const deps = { ...machine.deps, journals: machine.deps.stores.journals };
    await acceptModel(judged.answer, { by: 'somebody', reason: 'it must go out' }, deps);
    const card = await cardOf(machine);
    expect(card).toContain('**It did not pass its gate** and was let through by hand');
    expect(card).toContain('The scores of the test set are not told here');
    expect(card).not.toMatch(/somebody|it must go out/);
  });

  it('is skipped behind a gate that holds the model back', async () => {
    const machine = packagedMachine({ version: 'bad' });
    const outcomes = await run(machine, packageTasks);
    expect(outcomes['m:gate']).toMatchObject({ state: 'judged', answer: { verdict: { state: 'fail' } } });
    expect(outcomes['m:package']).toMatchObject({ state: 'skipped', because: 'm:gate failed' });
  });

  it.each([
    ['another shape', '{ inputs: [{ name: x, datatype: FP32, shape: [1, 3], data: [1, 2, 3] }] }', 'shape'],
    ['too few values', '{ inputs: [{ name: x, datatype: FP32, shape: [1, 2], data: [1] }] }', '1 values'],
    ['another type', '{ inputs: [{ name: x, datatype: INT64, shape: [1, 2], data: [1, 2] }] }', 'INT64'],
    [
      'an input that nobody knows',
      '{ inputs: [{ name: z, datatype: FP32, shape: [1, 2], data: [1, 2] }] }',
      '"x"',
    ],
    ['no request', '{ inputs: [] }', 'Open Inference Protocol'],
  ])('refuses an example of %s', async (_, example, why) => {
    const error = await failureOf(packagedMachine({ example }));
    expect(error).toMatchObject({ code: 'ERR_ML_BUNDLE_SERVING' });
    expect(error.message).toContain(why);
  });

  it('refuses what does not fit together', async () => {
    expect(await failureOf(packagedMachine({ serve: '{ onnx: model.onnx }' }))).toMatchObject({
      code: 'ERR_ML_BUNDLE_SERVING',
      message: 'm:package: training left no model.onnx, but version',
    });
    expect(await failureOf(packagedMachine({ more: '  licenseFile: LICENSE\n' }))).toMatchObject({
      code: 'ERR_ML_CONFIG_REFERENCE',
    });
  });
});
