import type { Tree } from '@nx/devkit';
import { parse } from 'yaml';

import { emptyTree } from '../../testing/tree.js';
import { generateCi } from '../generator.js';
import { ciGenerator } from '../options.js';
import type { Provider } from '../options.js';

/** Workspaces that make every part of the templates appear or not. */
export const workspaces = {
  plain: {},
  bucket: { remote: 's3://bucket/models' },
  folder: { remote: '/mnt/models' },
  server: { remote: 'https://cache.example.org', more: true },
} as const satisfies Readonly<Record<string, { readonly remote?: string; readonly more?: boolean }>>;

export type WorkspaceName = keyof typeof workspaces;

/** With Python, deployments of all kinds, a monitor, and machines of all kinds where there is `more`. */
export function workspaceTree(name: WorkspaceName): Tree {
  const { remote, more }: { readonly remote?: string; readonly more?: boolean } = workspaces[name];
  const tree = emptyTree();
  if (remote !== undefined)
    tree.write('nx.json', JSON.stringify({ plugins: [{ plugin: 'nx-ml', options: { remote } }] }));
  if (more === true) {
    tree.write(
      'services/a/project.json',
      JSON.stringify({ name: 'a', targets: { deploy: {}, monitor: {} } }),
    );
    tree.write('services/m/ml.yaml', service);
    tree.write('models/p/ml.yaml', 'kind: model\ntrain: { command: python train.py }\n');
  }
  return tree;
}

const service = `kind: service
models: [p]
deploy:
  environments:
    - { name: local, target: { gateway: 'http://127.0.0.1:9321' } }
    - { name: staging.eu, target: { gateway: 'https://gateway.example.org', token: MAIL_TOKEN } }
    - { name: nomad, target: { command: node serve.mjs, env: [NOMAD_ADDR, NOMAD_TOKEN] } }
    - { name: production, target: { kubernetes: { kind: kserve, bundle: 'oci://r.example/{model}@{digest}' } } }
`;

const paths: Readonly<Record<Provider, string>> = {
  github: '.github/workflows/nx-ml.yml',
  gitlab: '.gitlab-ci.yml',
  bitbucket: 'bitbucket-pipelines.yml',
  generic: 'ci/nx-ml.sh',
};

export async function generated(
  provider: Provider,
  name: WorkspaceName,
  options: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly tree: Tree; readonly path: string; readonly text: string }> {
  const tree = workspaceTree(name);
  const machines =
    name === 'server'
      ? { gpuRunner: 'self-hosted,gpu', memoryRunner: 'large', cacheServer: workspaces.server.remote }
      : {};
  await generateCi(tree, ciGenerator.options.parse({ provider, ...machines, ...options }));
  const path = paths[provider];
  return { tree, path, text: tree.read(path, 'utf8') ?? '' };
}

/** As the providers read it: with merge keys. */
export function parsedYaml(text: string): Readonly<Record<string, unknown>> {
  return parse(text, { merge: true }) as Readonly<Record<string, unknown>>;
}

/** Every value under one of these keys, anywhere. */
export function valuesOf(document: unknown, ...keys: readonly string[]): readonly unknown[] {
  if (Array.isArray(document)) return document.flatMap((item) => valuesOf(item, ...keys));
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([key, value]) =>
    keys.includes(key) ? [value] : valuesOf(value, ...keys),
  );
}
