import { inferProject, withoutSpecs } from './infer-project.js';

const model = `kind: model
description: Spam or ham
data: { mails: spam-mails }
models: [embeddings]
code: ['../../legacy/*.py', '!../../legacy/old.py']
environment: { env: [TUNING], python: python3.11 }
resources: { gpu: 1 }
train: { command: python train.py }
evaluate: { command: node evaluate.mjs }
`;

const infer = (text: string, file = 'models/spam-filter/ml.yaml') => inferProject(file, text, withoutSpecs);

describe('inferProject', () => {
  it('names the project by its folder, unless ml.yaml does', () => {
    expect(infer(model)).toMatchObject({
      name: 'spam-filter',
      root: 'models/spam-filter',
      tags: ['ml:model'],
    });
    expect(infer(`name: spam\n${model}`).name).toBe('spam');
  });

  it('gives each step a target whose options hold no value', () => {
    const { targets = {} } = infer(model);
    expect(Object.keys(targets)).toEqual(['train', 'evaluate']);
    expect(targets['train']).toMatchObject({
      executor: 'nx-ml:step',
      options: { step: 'train' },
      cache: true,
    });
    expect(infer(model.replace('TUNING', 'OTHER')).targets?.['evaluate']?.options).toEqual({
      step: 'evaluate',
    });
  });

  it('orders steps after what they read', () => {
    const { targets } = infer(model);
    const upstream = [
      { projects: ['spam-mails'], target: 'data' },
      { projects: ['embeddings'], target: 'train' },
    ];
    expect(targets?.['train']?.dependsOn).toEqual(upstream);
    expect(targets?.['evaluate']?.dependsOn).toEqual([...upstream, 'train']);
  });

  it('caches the manifest and the key document, nothing else', () => {
    expect(infer(`name: '@org/spam'\n${model}`).targets?.['train']?.outputs).toEqual([
      '{workspaceRoot}/.nx-ml/manifests/%40org%2Fspam/train.manifest.json',
      '{workspaceRoot}/.nx-ml/manifests/%40org%2Fspam/train.key.json',
    ]);
  });

  it('has inputs that cover whatever the run key may hold', () => {
    const inputs = infer(model).targets?.['train']?.inputs;
    expect(inputs).toEqual(
      expect.arrayContaining([
        '{projectRoot}/**/*',
        '^{projectRoot}/**/*',
        '{workspaceRoot}/legacy/*.py',
        '!{workspaceRoot}/legacy/old.py',
        { dependentTasksOutputFiles: '**/*.manifest.json' },
        { env: 'TUNING' },
        { runtime: expect.stringContaining('${NX_ML_PYTHON:-python3.11}') as string },
        { runtime: expect.stringContaining('nvidia-smi') as string },
      ]),
    );
  });

  it('asks only for interpreters that the command may start', () => {
    const runtimes = (command: string) =>
      (infer(`kind: model\ntrain: { command: '${command}' }\n`).targets?.['train']?.inputs ?? [])
        .flatMap((input) => (typeof input === 'object' && 'runtime' in input ? [input.runtime] : []))
        .map((question) => (question.includes('python') ? 'python' : 'node'));
    expect(runtimes('node train.mjs')).toEqual(['node']);
    expect(runtimes('python3 train.py')).toEqual(['python']);
    expect(runtimes('make train')).toEqual(['node', 'python']);
  });

  it('checks the files behind a pointer, which git ignores', () => {
    const { targets } = infer('kind: dataset\npointer: a.ref.json\n');
    expect(targets?.['data']?.inputs).toContainEqual({
      runtime: expect.stringMatching(
        /^node node_modules\/nx-ml\/dist\/graph\/data-state\.js \|\| echo unknown/,
      ) as string,
    });
    expect(infer('kind: dataset\nfiles: [a.csv]\n').targets?.['data']?.inputs).not.toContainEqual(
      expect.objectContaining({ runtime: expect.anything() as string }),
    );
  });

  it('tells people what a target does and with what', () => {
    expect(infer(model).targets?.['train']?.metadata).toEqual({
      description: expect.stringContaining('Train the model') as string,
      technologies: ['nx-ml', 'python'],
      help: { command: 'npx nx run spam-filter:train --help', example: { args: ['--skip-nx-cache'] } },
    });
  });

  it('has a test target where there are specs, with the interpreter that ml.yaml names', () => {
    const around = { ...withoutSpecs, specs: ['test_features.py'] };
    const { targets = {} } = inferProject('models/spam-filter/ml.yaml', model, around);
    expect(Object.keys(targets)).toEqual(['train', 'evaluate', 'test']);
    expect(targets['test']?.inputs).toContainEqual({
      runtime: expect.stringContaining('${NX_ML_PYTHON:-python3.11}') as string,
    });
  });

  it('gives a service its place, and no deployment where it says nowhere where', () => {
    expect(infer('kind: service\nmodels: [spam-filter]\n', 'services/api/ml.yaml')).toMatchObject({
      name: 'api',
      targets: { serve: { executor: 'nx-ml:service' } },
    });
  });

  it('gives a model with a gate a target that Nx never answers from its cache', () => {
    const text =
      'kind: model\ntrain: { command: node train.mjs }\nevaluate: { command: node evaluate.mjs }\n';
    expect(infer(text).targets).not.toHaveProperty('gate');
    expect(infer(`${text}gate: accuracy\n`).targets?.['gate']).toMatchObject({
      executor: 'nx-ml:step',
      options: { step: 'gate' },
      cache: false,
      dependsOn: ['evaluate'],
    });
  });

  it('packages a model behind the last step that can hold it back', () => {
    const serve = 'package: { serve: { onnx: m.onnx }, signature: signature.json, example: example.json }';
    const model = (more: string) =>
      infer(`kind: model\ntrain: { command: node train.mjs }\n${more}\n${serve}\n`).targets?.['package'];
    expect(model('')?.dependsOn).toEqual(['train']);
    expect(model('evaluate: { command: node evaluate.mjs }')?.dependsOn).toEqual(['evaluate']);
    const gated = model('evaluate: { command: node evaluate.mjs }\ngate: accuracy');
    expect(gated).toMatchObject({ cache: true, dependsOn: ['gate'] });
    expect(gated?.inputs).toContainEqual({ dependentTasksOutputFiles: '**/*.verdict.json' });
    // Where the gateway answers, no interpreter does.
    expect(gated?.inputs).not.toContainEqual({ runtime: 'node --version' });
  });

  it('keeps a broken project, with steps that fail and no cache', () => {
    const broken = infer('kind: model\ntrian: {}\n');
    expect(broken).toMatchObject({ name: 'spam-filter', tags: ['ml:broken'] });
    expect(broken.metadata?.description).toContain('trian');
    expect(Object.keys(broken.targets ?? {})).toEqual(['train', 'evaluate', 'gate', 'package', 'promote']);
    expect(broken.targets?.['train']?.cache).toBe(false);
    expect(Object.keys(infer(': [').targets ?? {})).toEqual([
      'data',
      'train',
      'evaluate',
      'gate',
      'package',
      'promote',
    ]);
  });
});
