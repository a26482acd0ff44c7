import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Release } from '@nx-ml/core/deploy';
import { digestOf } from '@nx-ml/core/kernel';

import { renderRelease } from './render-release.js';
import type { ServiceAtHand } from './service-at-hand.js';

const release: Release = { formatVersion: 1, service: 's', models: { m: digestOf('m') }, config: {} };

function at(target: ServiceAtHand['deployment']['target']): Pick<ServiceAtHand, 'place' | 'deployment'> {
  const deployment = { target } as ServiceAtHand['deployment'];
  return { place: { service: '@acme/mail-api', environment: 'production' }, deployment };
}

describe('renderRelease', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(fs.mkdtempSync(join(tmpdir(), 'nx-ml-render-')), 'production');
  });
  afterEach(() => {
    fs.rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it('writes manifests, and the same again not at all', () => {
    const service = at({ kubernetes: { kind: 'kserve', bundle: 'oci://r/{model}@{digest}' } });
    const file = join(folder, 'inferenceservice-mail-api.yaml');
    expect(renderRelease(service, release, folder)).toBe(`${file}\n`);
    expect(fs.readFileSync(file, 'utf8')).toContain(`storageUri: oci://r/m@${digestOf('m')}`);
    expect(renderRelease(service, release, folder)).toBe(`${file} (unchanged)\n`);
  });

  it('refuses an environment that is no cluster, and writes nothing', () => {
    expect(() => renderRelease(at({ gateway: 'http://127.0.0.1:1' }), release, folder)).toThrow(/no cluster/);
    expect(fs.existsSync(folder)).toBe(false);
  });

  it('refuses a name that no cluster takes', () => {
    const named = at({ kubernetes: { kind: 'kserve', bundle: 'a{hex}' } });
    const service = { ...named, place: { ...named.place, service: 'Mail_API' } };
    expect(() => renderRelease(service, release, folder)).toThrow(/no name that Kubernetes takes/);
  });
});
