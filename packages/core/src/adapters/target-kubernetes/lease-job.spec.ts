import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';

import { leaseScript } from './lease-job.js';
import type { KubernetesSettings } from './settings.js';
import { KubeRig, settings } from './testing/kube-rig.js';

const kubectl = join(__dirname, 'testing/kubectl.mjs');

/** Runs the job once, as the cluster would. @returns its exit code */
async function runJob(rig: KubeRig): Promise<number> {
  const programs = join(rig.folder, 'bin');
  fs.mkdirSync(programs, { recursive: true });
  fs.writeFileSync(join(programs, 'kubectl'), `#!/bin/sh\nexec "${process.execPath}" "${kubectl}" "$@"\n`, {
    mode: 0o755,
  });
  const env = {
    PATH: `${programs}:${process.env['PATH'] ?? ''}`,
    CLUSTER: rig.cluster.url,
    NAME: settings.name,
    NAMESPACE: settings.namespace,
  };
  const job = spawn('/bin/sh', ['-c', leaseScript], { env, stdio: 'ignore' });
  const [code] = (await once(job, 'exit')) as [number];
  return code;
}

describe.each<[KubernetesSettings['kind'], number]>([
  ['deployment', 1],
  ['kserve', 0.5],
])('the job that ends leases, with %s', (kind, share) => {
  let rig: KubeRig;
  beforeEach(async () => {
    rig = await new KubeRig(kind).open();
  });
  afterEach(() => rig.close());

  /** A candidate whose controller has died. */
  async function abandoned() {
    const [first, second] = [rig.release('first'), rig.release('second')];
    const target = rig.target();
    for (const { release, bundles } of [first, second]) await target.stage(release, bundles);
    const { revision } = await target.observe();
    const { observed } = await target.route(revision, { baseline: first.id });
    const candidate = { release: second.id, share, mode: 'split' } as const;
    await target.route(observed.revision, { baseline: first.id, candidate }, 10);
    expect(new Set(rig.ask(50))).toContain(second.id);
    return first.id;
  }

  it('gives the traffic back when the lease is over, and the next controller sees the same', async () => {
    const baseline = await abandoned();
    expect(await runJob(rig)).toBe(0);
    expect(new Set(rig.ask(50))).toEqual(new Set([baseline]));
    const observed = await rig.target().observe();
    expect(observed.route).toEqual({ baseline });
    expect(await runJob(rig)).toBe(0);
    expect(await rig.target().observe()).toEqual(observed);
  });

  it('leaves a candidate alone whose lease runs', async () => {
    rig.cluster.now = 4_000_000_000_000;
    await abandoned();
    const before = await rig.target().observe();
    expect(await runJob(rig)).toBe(0);
    expect(await rig.target().observe()).toEqual(before);
    expect(new Set(rig.ask(50)).has(before.route.candidate?.release ?? null)).toBe(true);
  });
});
