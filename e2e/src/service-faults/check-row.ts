import type { DeployEntry } from '@nx-ml/core/deploy';
import type { Met } from '@nx-ml/testing/service';

import type { FaultRow } from './fault-row.js';
import type { Scene } from './scene.js';

/** Milliseconds that an answer which is lost is told later than its gateway was. */
const lateness = 500;

/** Brings a fault about under load, and looks at all that must hold. @returns what users met, in numbers */
export async function checkRow(row: FaultRow, scene: Scene): Promise<string> {
  const before = (await scene.place.history()).length;
  const goodBefore = scene.good;
  scene.load.take();
  const deployed = await row.run(scene);
  await scene.load.more(60);
  const met = scene.load.take();
  expect(deployed).toMatchObject({
    outcome: expect.stringMatching(row.outcome) as string,
    told: expect.stringMatching(row.told) as string,
  });
  expect(unexcused(met, row, { scene, good: [goodBefore, scene.good] })).toEqual([]);
  await expectGood(scene);
  const entries = await scene.place.history();
  expect(entries.slice(before).map(nameOf).join(' ')).toMatch(row.entries);
  expectWhole(entries);
  expect(entries.at(-1)).toMatchObject({ serving: scene.good });
  return numbersOf(met);
}

/** Wrong answers, errors of a release that is good, answers that were lost while there was a gateway. */
function unexcused(
  met: readonly Met[],
  { mayRefuse }: FaultRow,
  { scene, good }: { readonly scene: Scene; readonly good: readonly string[] },
): Met[] {
  return met.filter(({ what, status, release, at }) => {
    if (what === 'right') return false;
    if (what === 'lost') return !scene.downtimes.some(({ from, to }) => at >= from && at <= to + lateness);
    if (what === 'failed' && release !== null && !good.includes(release)) return false;
    return !(what === 'failed' && status === 503 && mayRefuse === true);
  });
}

/** Users have the good release, and it alone. */
async function expectGood(scene: Scene): Promise<void> {
  const { route } = await scene.observe();
  expect(route).toEqual({ baseline: scene.good });
  scene.load.take();
  await scene.load.more(60);
  // Those that were asked before are answered within the first of them.
  const met = scene.load.take().slice(20);
  expect(met.filter(({ what, release }) => what !== 'right' || release !== scene.good)).toEqual([]);
}

function nameOf(entry: DeployEntry): string {
  return entry.type === 'end' ? entry.outcome : entry.type;
}

/** What began has ended, one after another. Reading the entries verified their chain. */
function expectWhole(entries: readonly DeployEntry[]): void {
  entries.forEach(({ type }, at) => {
    if (type === 'begin') expect(entries[at + 1]).toMatchObject({ type: 'end' });
    if (type === 'end') expect(entries[at - 1]).toMatchObject({ type: 'begin' });
  });
}

function numbersOf(met: readonly Met[]): string {
  const counts = (['right', 'failed', 'lost', 'wrong'] as const).map((what) => {
    const count = met.filter((each) => each.what === what).length;
    return count === 0 ? [] : [`${String(count)} ${what}`];
  });
  return counts.flat().join(', ');
}
