import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf, hexOf } from '@nx-ml/core/kernel';
import { newSigningKey } from '@nx-ml/testing/service';

import type { FaultRow } from './fault-row.js';
import type { Scene } from './scene.js';

const refused = {
  users: 'the release before, nothing else',
  outcome: /^failed$/,
  entries: /^begin failed$/,
};

/** Where the store has what only this version holds. */
function objectOf(scene: Scene, version: string): string {
  const hex = hexOf(digestOf(JSON.stringify({ name: version })));
  return join(scene.place.store, 'objects/sha256', hex.slice(0, 2), hex.slice(2));
}

export const badBundles: readonly FaultRow[] = [
  {
    ...refused,
    fault: 'a bundle that is half written',
    how: 'one of its files is not in the store',
    history: '`failed`, with the object that is missing',
    run: async (scene) => {
      const { name } = await scene.promote();
      rmSync(objectOf(scene, name));
      return scene.deploy();
    },
    told: /^ERR_ML_OBJECT_MISSING/,
  },
  {
    ...refused,
    fault: 'a bundle that was tampered with',
    how: 'other bytes, as many, in one of its files in the store',
    history: '`failed`, with the object that is corrupt',
    run: async (scene) => {
      const { name } = await scene.promote();
      const object = objectOf(scene, name);
      chmodSync(object, 0o600);
      writeFileSync(object, JSON.stringify({ name }).replace('version', 'virsion'));
      return scene.deploy();
    },
    told: /^ERR_ML_OBJECT_CORRUPT/,
  },
  {
    ...refused,
    fault: 'a forged signature',
    how: 'signed by a key that the gateway does not trust',
    history: '`failed`, with what the gateway said',
    run: async (scene) => {
      await scene.promote(undefined, newSigningKey());
      return scene.deploy();
    },
    told: /sign/,
  },
];
