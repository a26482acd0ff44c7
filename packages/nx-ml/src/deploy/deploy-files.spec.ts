import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { processMark } from '@nx-ml/core/adapters/slots-fs';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import type { Release } from '@nx-ml/core/deploy';
import { digestOf } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import type { ObjectRef, ObjectStore } from '@nx-ml/core/store';

import { storedBundles } from './open-bundles.js';
import { owedFile } from './owed-file.js';
import { writeSmallBundle } from './testing/small-bundle.js';

const place = { service: '@acme/mail-api', environment: 'production' };

describe('what a deployment keeps in the workspace', () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(join(tmpdir(), 'nx-ml-deploy-'));
  });
  afterEach(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });

  describe('owedFile', () => {
    const entry = {
      at: '2026-01-01T00:00:00.000Z',
      outcome: 'rolled-back',
      serving: digestOf('release'),
      reason: 'empty answers',
      by: 'spec',
    } as const;

    it('keeps entries until they are paid', async () => {
      const owed = owedFile(root, place);
      expect(await owed.read()).toEqual([]);
      await owed.write([entry]);
      expect(await owedFile(root, place).read()).toEqual([entry]);
      expect(await owedFile(root, { ...place, environment: 'staging' }).read()).toEqual([]);
      await owed.write([]);
      expect(await owed.read()).toEqual([]);
    });

    it.each(['', 'null', '[1]', '[{"by":"x"}]', '{"by":'])(
      'owes nothing by a file that holds %j',
      async (text) => {
        const owed = owedFile(root, place);
        await owed.write([entry]);
        const folder = join(root, '.nx-ml/deploy');
        fs.writeFileSync(join(folder, fs.readdirSync(folder)[0] ?? ''), text);
        expect(await owed.read()).toEqual([]);
      },
    );
  });

  describe('storedBundles', () => {
    let objects: ObjectStore;
    let bundle: ObjectRef;
    let digest: Digest;
    const releaseOf = (manifest: Digest): Release => ({
      formatVersion: 1,
      service: 's',
      models: { spam: manifest },
      config: {},
    });
    const left = () => fs.readdirSync(join(root, '.nx-ml')).filter((name) => name.startsWith('deploy-'));

    beforeEach(async () => {
      ({ objects } = await openFolderStore({ root: join(root, 'store') }));
      digest = writeSmallBundle(join(root, 'bundle'));
      bundle = await objects.putTree(join(root, 'bundle'));
    });

    it('brings each bundle as a folder, verified, and leaves nothing', async () => {
      const { folders, close } = await storedBundles(root, objects, {}).open(releaseOf(digest), {
        spam: bundle,
      });
      expect(fs.existsSync(join(folders['spam'] ?? '', 'index.json'))).toBe(true);
      await close();
      expect(left()).toEqual([]);
    });

    it.each<[string, () => Release, NodeJS.ProcessEnv, RegExp]>([
      ['another bundle than the release names', () => releaseOf(digestOf('another')), {}, /^ERR_ML_BUNDLE_/],
      [
        'one that nobody signed, where keys are trusted',
        () => releaseOf(digest),
        { NX_ML_TRUSTED_KEYS: `ed25519:${Buffer.alloc(32, 1).toString('base64')}` },
        /^ERR_ML_BUNDLE_UNSIGNED/,
      ],
    ])('refuses %s, and leaves nothing', async (_, release, variables, code) => {
      const opening = storedBundles(root, objects, variables).open(release(), { spam: bundle });
      await expect(opening).rejects.toMatchObject({ code: expect.stringMatching(code) as string });
      expect(left()).toEqual([]);
    });

    it('removes what a killed process left, and nothing of one that lives', async () => {
      const [place = '', , started = ''] = processMark().split('.');
      const ended = spawnSync(process.execPath, ['-e', '']).pid;
      const [dead, alive] = [`deploy-${place}.${String(ended)}.${started}~x`, `deploy-${processMark()}~y`];
      for (const name of [dead, alive, 'deploy'])
        fs.mkdirSync(join(root, '.nx-ml', name), { recursive: true });
      const { close } = await storedBundles(root, objects, {}).open(releaseOf(digest), { spam: bundle });
      await close();
      expect(fs.readdirSync(join(root, '.nx-ml')).sort()).toEqual(['deploy', alive]);
    });

    it('refuses a release of which no bundle is known', async () => {
      await expect(storedBundles(root, objects, {}).open(releaseOf(digest), {})).rejects.toMatchObject({
        code: 'ERR_ML_DEPLOY_REFUSED',
      });
    });
  });
});
