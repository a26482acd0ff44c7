import { digestOf } from '../../kernel/index.js';
import { describeDeployTarget } from '../target.contract.js';
import { releaseId } from '../release.js';
import type { Release } from '../release.js';
import { MemoryTarget } from './memory-target.js';
import type { StageableRelease, TargetRig } from './target-rig.js';

/** Fails at load where its name says so. */
function open(): Promise<TargetRig> {
  let now = 0;
  const target = new MemoryTarget(
    () => now,
    ({ models }) => (models['m'] === digestOf('crashes') ? { broken: 'it exits with 1' } : {}),
  );
  return Promise.resolve({
    target,
    can: {},
    shortLease: 1,
    release: (name, fault) => Promise.resolve(releaseOf(name, fault)),
    ask: (count) =>
      Promise.resolve(Array.from({ length: count }, (_, unit) => target.ask(`u${String(unit)}`))),
    wait: (seconds) => {
      now += seconds * 1000;
      return Promise.resolve();
    },
    again: () => Promise.resolve(target),
    restart: () => {
      target.restart();
      return Promise.resolve();
    },
    reach: (isReachable) => {
      target.isReachable = isReachable;
      return Promise.resolve();
    },
    close: () => undefined,
  });
}

function releaseOf(name: string, fault?: string): StageableRelease {
  const models = { m: digestOf(fault ?? name) };
  const release: Release = { formatVersion: 1, service: 's', models, config: {} };
  return { id: releaseId(release), release, bundles: { m: `/bundles/${name}` } };
}

describeDeployTarget('memory', open);
