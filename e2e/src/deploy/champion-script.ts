/**
 * Makes a bundle of a text the champion of the model `m`, in the store and registry of the workspace where it runs: what packaging and
 * promoting come to, without a training. `node champion.cjs TEXT`
 */
export const championScript = `
const fs = require('node:fs');
const path = require('node:path');
const { openFolderStore } = require('@nx-ml/core/adapters/store-fs');
const { blobPath, buildBundle, fileTypes, servingCodec } = require('@nx-ml/core/bundle');
const { digestOf, documentBytes } = require('@nx-ml/core/kernel');
const { Registry } = require('@nx-ml/core/usecases/registry');

const text = process.argv[2];
const signature = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
};
const serving = { formatVersion: 1, name: 'spam', signature, runtime: { kind: 'onnx', file: 'model/m.onnx' } };
const example = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [0.5, 1] }] };
const contents = [
  ['model/m.onnx', Buffer.from(text), fileTypes.weight],
  ['serving.json', servingCodec.encode(serving), fileTypes.config],
  ['example.json', documentBytes(example), fileTypes.config],
  ['README.md', Buffer.from('# spam\\n'), fileTypes.doc],
];
const { digest: manifest, documents } = buildBundle({
  model: { name: 'spam' },
  files: contents.map(([file, bytes, mediaType]) => ({ path: file, digest: digestOf(bytes), size: bytes.length, mediaType })),
  provenance: {
    buildDefinition: { buildType: 'https://example.org/build', externalParameters: {}, resolvedDependencies: [] },
    runDetails: { builder: { id: 'https://example.org/builder' } },
  },
});
const all = [...documents, ...contents.map(([, bytes]) => ({ path: blobPath(digestOf(bytes)), bytes }))];
for (const { path: file, bytes } of all) {
  const full = path.join('.nx-ml/bundle', file);
  fs.mkdirSync(path.dirname(full), { recursive: true });
  fs.writeFileSync(full, bytes);
}

async function main() {
  const { objects, journals } = await openFolderStore({ root: path.join(process.env.HOME, '.cache/nx-ml/store') });
  const bundle = await objects.putTree(path.resolve('.nx-ml/bundle'));
  fs.rmSync('.nx-ml/bundle', { recursive: true });
  const registry = new Registry(journals, 'spec');
  const { length, versions } = await registry.state('m');
  const model = await objects.putBytes(Buffer.from(text));
  const shared = { formatVersion: 1, at: new Date().toISOString(), model, metrics: {}, version: versions.length + 1 };
  await registry.append('m', length, { ...shared, type: 'version', bundle, manifest });
  const evidence = { seed: 1, params: {}, predictions: model, testSet: digestOf('t'), question: digestOf('q') };
  await registry.append('m', length + 1, { ...shared, ...evidence, type: 'champion', because: 'pass' });
}
main();
`;
