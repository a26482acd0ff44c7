import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { scriptedWorkspace, WorkspaceRig } from '@nx-ml/testing';

const everything = ['run-many', '-t', 'data', 'train', 'evaluate', '--output-style=static'];
const rounds = 25;

/** A seeded generator, so that a failing round can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('SIGKILL at random moments', () => {
  let rig: WorkspaceRig;

  beforeAll(async () => {
    rig = await WorkspaceRig.create();
    rig.write(scriptedWorkspace());
    rig.commitAll('start');
  });

  afterAll(() => rig.dispose());

  it(`a rerun gives the right result, and no half object is ever there (${String(rounds)} rounds)`, async () => {
    const chance = random(20_261_124);
    const { durationMs } = await rig.nx(everything);
    let interrupted = 0;
    for (let round = 0; round < rounds; round += 1) {
      rig.edit('models/alpha/ml.yaml', (text) => text.replace(/rate: [\d.]+/, `rate: ${String(round + 10)}`));
      rig.edit('models/beta/params.yaml', (text) => text.replace(/rate: \d+/, `rate: ${String(round + 10)}`));
      const nx = rig.start(everything);
      await sleep(durationMs * (0.2 + 0.7 * chance()));
      interrupted += nx.child.kill('SIGKILL') ? 1 : 0;
      await nx.ended;
      const states = await rig.tasks(everything);
      expect(Object.keys(states)).toHaveLength(8);
      for (const state of Object.values(states)) expect(['executed', 'restored', 'hit']).toContain(state);
      for (const [project, params] of [
        ['alpha', { rate: round + 10, depth: 2 }],
        ['beta', { rate: round + 10 }],
      ] as const)
        expect(modelOf(rig, project)).toMatchObject({ params, seed: 1 });
    }
    expect(interrupted).toBeGreaterThan(rounds / 2);
    expect(damagedObjects(rig)).toEqual([]);
  }, 900_000);
});

/** The model that the manifest names, read from the store by its digests. */
function modelOf(rig: WorkspaceRig, project: string): unknown {
  const manifest = JSON.parse(rig.read(`.nx-ml/manifests/${project}/train.manifest.json`)) as {
    readonly runs: readonly [{ readonly outputs: { readonly model: { readonly digest: string } } }];
  };
  const tree = JSON.parse(readObject(rig, manifest.runs[0].outputs.model.digest)) as {
    readonly entries: readonly [{ readonly digest: string }];
  };
  return JSON.parse(readObject(rig, tree.entries[0].digest));
}

function objectsFolder(rig: WorkspaceRig): string {
  return join(rig.home, '.cache/nx-ml/store/objects/sha256');
}

function readObject(rig: WorkspaceRig, digest: string): string {
  const hex = digest.replace('sha256:', '');
  return readFileSync(join(objectsFolder(rig), hex.slice(0, 2), hex.slice(2)), 'utf8');
}

function damagedObjects(rig: WorkspaceRig): readonly string[] {
  const folder = objectsFolder(rig);
  return readdirSync(folder).flatMap((prefix) =>
    readdirSync(join(folder, prefix)).filter((name) => {
      const bytes = readFileSync(join(folder, prefix, name));
      return createHash('sha256').update(bytes).digest('hex') !== `${prefix}${name}`;
    }),
  );
}
