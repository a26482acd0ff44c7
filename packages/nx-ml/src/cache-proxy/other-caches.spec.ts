import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { otherCaches } from './other-caches.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nx-ml-caches-'));
  writeFileSync(join(root, 'nx.json'), '{}');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

it('finds what Nx would ask before the proxy', () => {
  expect(otherCaches(root, {})).toEqual([]);
  for (const name of ['@nx/azure-cache', '@nx/powerpack-s3-cache']) {
    mkdirSync(join(root, 'node_modules', name), { recursive: true });
    writeFileSync(join(root, 'node_modules', name, 'package.json'), '{}');
  }
  expect(otherCaches(root, {})).toEqual(['@nx/powerpack-s3-cache', '@nx/azure-cache']);
});

it('finds Nx Cloud where Nx would use it', () => {
  expect(otherCaches(root, { NX_CLOUD_ACCESS_TOKEN: 'x' })).toEqual(['Nx Cloud']);
  writeFileSync(join(root, 'nx.json'), '{ "nxCloudId": "x" }');
  expect(otherCaches(root, {})).toEqual(['Nx Cloud']);
  expect(otherCaches(root, { NX_NO_CLOUD: 'true' })).toEqual([]);
  writeFileSync(join(root, 'nx.json'), '{ "nxCloudId": "x", "neverConnectToCloud": true }');
  expect(otherCaches(root, {})).toEqual([]);
});
