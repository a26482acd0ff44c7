import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { packTarballs } from './installed-packages.js';
import type { Tarballs } from './installed-packages.js';
import { startCommand } from './run-command.js';

const repo = join(__dirname, '../../..');

/**
 * An npm registry on this machine that has our packages as they would be published, so that a test types what a user
 * types: `npx nx-ml init`, `nx add nx-ml`. For every other package it sends npm on to the registry that npm is
 * configured with.
 */
export class LoopbackRegistry {
  readonly url: string;
  readonly #close: () => void;

  private constructor(url: string, close: () => void) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<LoopbackRegistry> {
    const packages = publishedPackages(await packTarballs());
    const upstream = await configuredRegistry();
    let url = '';
    const server = createServer((request, response) => {
      answer(request, response, { packages, upstream, url });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    return new LoopbackRegistry(url, () => {
      server.closeAllConnections();
      server.close();
    });
  }

  close(): void {
    this.#close();
  }
}

interface Published {
  readonly manifest: { readonly name: string; readonly version: string };
  readonly tarball: Buffer;
}

interface Served {
  readonly packages: ReadonlyMap<string, Published>;
  /** Ends with a slash. */
  readonly upstream: string;
  readonly url: string;
}

function publishedPackages(tarballs: Tarballs): ReadonlyMap<string, Published> {
  const folders = { 'nx-ml': 'nx-ml', '@nx-ml/core': 'core' } as const;
  return new Map(
    (['nx-ml', '@nx-ml/core'] as const).map((name) => {
      const text = readFileSync(join(repo, 'packages', folders[name], 'package.json'), 'utf8');
      const manifest = JSON.parse(text) as Published['manifest'];
      return [name, { manifest, tarball: readFileSync(tarballs[name]) }];
    }),
  );
}

async function configuredRegistry(): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
  );
  const { code, output } = await startCommand('npm', ['config', 'get', 'registry'], { cwd: repo, env }).ended;
  if (code !== 0) throw new Error(`npm does not tell its registry:\n${output}`);
  // Its warnings, such as of an option in .npmrc that is a package's and not its own, stand around the answer.
  const registry = output.split('\n').find((line) => /^https?:\/\//.test(line));
  if (registry === undefined) throw new Error(`npm does not tell its registry:\n${output}`);
  return registry.trim().replace(/\/*$/, '/');
}

function answer(request: IncomingMessage, response: ServerResponse, served: Served): void {
  const path = decodeURIComponent((request.url ?? '/').slice(1));
  const [name = '', file] = path.split('/-/');
  const found = served.packages.get(name);
  if (found === undefined)
    response.writeHead(302, { location: served.upstream + (request.url ?? '/').slice(1) }).end();
  else if (file === undefined)
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(packument(found, served.url)));
  else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found.tarball);
}

/** What a registry says of a package that has one version. */
function packument({ manifest, tarball }: Published, url: string): object {
  const { name, version } = manifest;
  const dist = {
    tarball: `${url}${name}/-/${version}.tgz`,
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
  };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
