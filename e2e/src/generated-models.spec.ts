import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { WorkspaceRig } from '@nx-ml/testing';

/** Python packages by the template that needs them; the others need none. */
const pythonPackages: Readonly<Record<string, string>> = {
  command: '',
  tfjs: '',
  sklearn: 'sklearn, pytest',
  xgboost: 'xgboost, pytest',
  torch: 'torch, pytest',
  onnx: 'sklearn, onnx, pytest',
};

/** Debian's packages belong to Debian's own Python, which may come later on the PATH. */
const python =
  [process.env['NX_ML_PYTHON'], 'python3', '/usr/bin/python3'].find(
    (name) => name !== undefined && canImport(name, 'sklearn'),
  ) ?? 'python3';

const templates = Object.keys(pythonPackages).filter((template) => {
  const packages = pythonPackages[template] ?? '';
  const isHere = packages === '' || canImport(python, packages);
  if (!isHere)
    process.stderr.write(`template ${template} skipped: no Python here has ${packages} (see .ci/run)\n`);
  return isHere;
});

function canImport(interpreter: string, packages: string): boolean {
  return spawnSync(interpreter, ['-c', `import ${packages}`]).status === 0;
}

describe('what the generators write runs as it is', () => {
  let rig: WorkspaceRig;
  const env = { NX_ML_PYTHON: python };

  const generate = async (...args: readonly string[]): Promise<string> => {
    const { code, output } = await rig.nx(['generate', ...args, '--interactive=false'], { env });
    if (code !== 0) throw new Error(output);
    return output;
  };
  const metrics = (model: string) => {
    const manifest = JSON.parse(rig.read(`.nx-ml/manifests/${model}/evaluate.manifest.json`)) as {
      readonly metrics: Readonly<Record<string, { readonly mean: number }>>;
    };
    return manifest.metrics;
  };

  beforeAll(async () => {
    rig = await WorkspaceRig.create({
      quick: true,
      dependencies: { '@tensorflow/tfjs': '4.22.0', 'onnxruntime-node': '1.30.0' },
    });
    await generate('dataset', 'rows');
    for (const template of templates)
      await generate('model', template, `--template=${template}`, '--data=rows');
    rig.commitAll('generated');
  });

  afterAll(() => rig.dispose());

  it('trains and evaluates every template, far above chance', async () => {
    const states = await rig.tasks(['run-many', '-t', 'evaluate'], { env });
    for (const template of templates) {
      expect([template, states[`${template}:evaluate`]]).toEqual([template, 'executed']);
      expect([template, metrics(template)['validation.accuracy']?.mean]).toEqual([
        template,
        expect.any(Number),
      ]);
      expect(metrics(template)['validation.accuracy']?.mean).toBeGreaterThan(0.8);
      expect(metrics(template)['validation.log_loss']?.mean).toBeLessThan(0.45);
    }
  });

  it('runs the specs of every template, and leaves nothing behind that git sees', async () => {
    const { code, output } = await rig.nx(['run-many', '-t', 'test', '--output-style=static'], { env });
    if (code !== 0) throw new Error(output);
    for (const template of templates) expect(output).toContain(`> nx run ${template}:test`);
    expect(rig.gitStatus()).toBe('');
    const again = await rig.nx(['run-many', '-t', 'test,evaluate'], { env });
    expect(again.output).toMatch(/Cache: +(\d+)\/\1 hit/);
  });

  it('trains on the data of the user, whatever it is called and however it is laid out', async () => {
    const line = (i: number) => `${String(i % 7)},${String(i % 5)},${['red', 'green', 'blue'][i % 3] ?? ''}`;
    const csv = (from: number) =>
      `first,second,label\n${Array.from({ length: 150 }, (_, i) => line(from + i)).join('\n')}\n`;
    rig.write({ 'incoming/a.csv': csv(0), 'incoming/deep/b.csv': csv(150) });
    await generate('dataset', 'colours', '--from=incoming');
    await generate('model', 'colour-teller', '--data=colours');
    const states = await rig.tasks(['run', 'colour-teller:evaluate'], { env });
    expect(states['colour-teller:evaluate']).toBe('executed');
    await generate('service', 'colour-api', '--models=colour-teller');
    const { output } = await rig.nx([
      'show',
      'projects',
      '--affected',
      '--files=models/colour-teller/train.mjs',
    ]);
    expect(output.trim().split('\n').sort()).toEqual(['colour-api', 'colour-teller']);
    rig.git('reset', '--hard', '--quiet');
    rig.git('clean', '-fdq');
  });
});

describe('datasets from elsewhere', () => {
  let rig: WorkspaceRig;
  let server: Server;
  let served = 'x,label\n1,yes\n';

  beforeAll(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.commitAll('start');
    server = createServer((_, response) => response.end(served));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rig.dispose();
  });

  it('a large file goes to the store behind a pointer, but not in a dry run', async () => {
    rig.write({ 'incoming.csv': `x,label\n${'1,yes\n'.repeat(200_000)}` });
    rig.commitAll('incoming');
    const dry = await rig.nx(['generate', 'dataset', 'large', '--from=incoming.csv', '--dry-run']);
    expect(dry.output).toContain('CREATE datasets/large/incoming.csv.ref.json');
    expect(rig.gitStatus()).toBe('');
    const { output } = await rig.nx(['generate', 'dataset', 'large', '--from=incoming.csv']);
    expect(output).toContain('is in the store');
    rig.git('add', '--all');
    expect(rig.exists('datasets/large/incoming.csv')).toBe(true);
    expect(rig.gitStatus()).not.toContain('incoming.csv\n');
    rig.remove('datasets/large/incoming.csv');
    expect(await rig.tasks(['run', 'large:data'])).toEqual({ 'large:data': 'restored' });
  });

  it('a download is accepted as it was pinned, and refused when it is another file', async () => {
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/rows.csv`;
    const { code, output } = await rig.nx(['generate', 'dataset', 'remote', `--from=${url}`]);
    expect([code, output]).toEqual([0, expect.stringContaining('CREATE datasets/remote/prepare.mjs')]);
    expect(await rig.tasks(['run', 'remote:data'])).toEqual({ 'remote:data': 'executed' });
    served = 'x,label\n1,no\n';
    rig.append('datasets/remote/prepare.mjs', '// another run\n');
    const refused = await rig.nx(['run', 'remote:data', '--output-style=static']);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('is another file now');
  });
});
