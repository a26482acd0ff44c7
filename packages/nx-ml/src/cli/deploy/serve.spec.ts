import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { buildStepManifest, encodeStepManifest } from '@nx-ml/core/documents';

import { writeSmallBundle } from '../../deploy/testing/small-bundle.js';
import { CliScene, failed } from '../testing/cli-scene.js';

/** Tells what it was started with, says where it listens as the gateway does, and ends as it is told to. */
const scripted = `
const fs = require('node:fs');
const [, , , , release, , listen] = process.argv;
fs.writeFileSync(process.env.SPEC_TOLD, JSON.stringify({
  release: JSON.parse(fs.readFileSync(release + '/release.json')),
  files: fs.readdirSync(release + '/mails', { recursive: true }).sort(),
  listen,
}));
process.on('SIGTERM', () => process.exit(7));
console.error('nx-ml-server gateway listens on http://127.0.0.1:4711 and serves mails of api');
if (process.env.SPEC_ENDS) process.exit(3);
setTimeout(() => process.exit(9), 60_000);
`;

const bundled = ['README.md', 'example.json', 'model', 'model/m.onnx', 'serving.json'];

describe('nx-ml serve', () => {
  let scene: CliScene;
  beforeEach(async () => {
    scene = new CliScene();
    process.env['SPEC_TOLD'] = scene.at('told.json');
    scene.write({
      'w/nx.json': '{"plugins":["nx-ml"]}',
      'w/package.json': '{}',
      'w/services/api/ml.yaml': 'kind: service\nmodels: { mails: spam }\n',
      'w/models/spam/ml.yaml': 'kind: model\ntrain: { command: node train.mjs }\n',
      'w/node_modules/@nx-ml/server/package.json': '{"bin":{"nx-ml-server":"./main.js"}}',
      'w/node_modules/@nx-ml/server/main.js': scripted,
    });
    const digest = writeSmallBundle(scene.at('bundle'));
    expect(digest).toMatch(/^sha256:/);
    const { objects } = await openFolderStore({ root: scene.at('store') });
    const bundle = await objects.putTree(scene.at('bundle'));
    const result = { formatVersion: 1, outputs: { bundle }, metrics: {} } as const;
    const manifest = buildStepManifest({ project: 'spam', step: 'package', runs: [{ seed: null, result }] });
    scene.write({ 'w/.nx-ml/manifests/spam/package.manifest.json': encodeStepManifest(manifest) });
  });
  afterEach(() => {
    scene.remove();
  });

  const told = () => JSON.parse(scene.read('told.json')) as Record<string, unknown>;
  const left = () => scene.files('w/.nx-ml').filter((path) => path.includes('serve-'));

  it('starts the gateway with the verified bundles by the names that the service gives, and ends with it', async () => {
    process.env['SPEC_ENDS'] = '1';
    expect(await scene.run('w', 'serve', 'api', '--port', '4711')).toBe(3);
    expect(told()).toMatchObject({
      release: { service: 'api', models: { mails: expect.stringMatching(/^sha256:/) as string }, config: {} },
      files: bundled,
      listen: '127.0.0.1:4711',
    });
    expect(scene.written).toContain('api serves at http://127.0.0.1:4711 until ctrl-C');
    expect(scene.written).toMatch(
      /curl http:\/\/127.0.0.1:4711\/v2\/models\/mails\/infer -d @\.nx-ml\/serve-[^ ]+\/mails\/example\.json/,
    );
    expect(left()).toEqual([]);
  });

  it('ends the gateway when it is asked to end, which is no failure, and leaves nothing', async () => {
    const listeners = new Set(process.listeners('SIGTERM'));
    const ended = scene.run('w', 'serve', 'api', '--port', '0');
    while (!scene.written.includes('curl')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(left()).not.toEqual([]);
    for (const listener of process.listeners('SIGTERM')) if (!listeners.has(listener)) listener('SIGTERM');
    expect(await ended).toBe(0);
    expect(left()).toEqual([]);
  });

  it('shows the example of the workspace where the model names one', async () => {
    process.env['SPEC_ENDS'] = '1';
    const [serve, io] = ['serve: { onnx: m.onnx }', '[{ name: x, datatype: FP32, shape: [-1] }]'];
    const packaged = `package: { ${serve}, signature: { inputs: ${io}, outputs: ${io} }, example: an example.json }`;
    scene.write({
      'w/models/spam/ml.yaml': `kind: model\ntrain: { command: node train.mjs }\n${packaged}\n`,
      'w/models/spam/an example.json': '{}',
    });
    await scene.run('w/models', 'serve', 'api', '--port', '0');
    expect(scene.written).toContain("-d @'spam/an example.json'");
  });

  it('takes another port where the usual one is taken', async () => {
    process.env['SPEC_ENDS'] = '1';
    const server = createServer().listen(9320, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve).once('error', resolve));
    await scene.run('w', 'serve', 'api');
    expect(told()).toMatchObject({ listen: '127.0.0.1:0' });
    if ((server.address() as AddressInfo | null) !== null)
      await new Promise((resolve) => server.close(resolve));
  });

  it('refuses what it cannot serve, and says what to do', async () => {
    await expect(scene.run('w', 'serve', 'spam')).rejects.toMatchObject({
      code: 'ERR_ML_USAGE',
      fix: expect.stringContaining('nx generate service') as string,
    });
    await expect(scene.run('w', 'serve', 'api', '--port', 'x')).rejects.toEqual(failed('ERR_ML_USAGE'));
    scene.write({ 'w/services/api/ml.yaml': 'kind: service\nmodels: [spam, ham]\n' });
    await expect(scene.run('w', 'serve', 'api')).rejects.toMatchObject({
      code: 'ERR_ML_OBJECT_MISSING',
      fix: expect.stringContaining('nx run ham:package') as string,
    });
    expect(left()).toEqual([]);
  });
});
