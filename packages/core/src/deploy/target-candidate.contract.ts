import type { Digest } from '../kernel/index.js';
import type { ArmCounts } from './target.js';
import { refused } from './testing/target-rig.js';
import type { TargetPlace } from './testing/target-rig.js';

/** Seconds: no spec waits as long, unless it says so. */
const LEASE = 60;

/** A candidate beside the baseline: its share, its lease, what both did. */
export function describeTargetCandidate(place: TargetPlace): void {
  const isNot = (feature: keyof TargetPlace['rig']['can']): boolean => place.rig.can[feature] === false;

  it('gives a candidate about its share of the units, each the same arm again', async () => {
    const { baseline, candidate } = await place.withCandidate({ share: 0.5, lease: LEASE });
    expect((await place.target.observe()).route).toEqual({
      baseline,
      candidate: { release: candidate, share: place.shareOf(0.5), mode: 'split' },
    });
    if (isNot('split')) return;
    const answers = await place.ask(400);
    const share = answers.filter((id) => id === candidate).length / answers.length;
    expect(answers.every((id) => id === baseline || id === candidate)).toBe(true);
    expect(Math.abs(share - 0.5)).toBeLessThan(0.15);
    expect(await place.ask(400)).toEqual(answers);
  });

  it('moves units to the candidate when its share grows, and none back', async () => {
    const { baseline, candidate } = await place.withCandidate({ share: 0.2, lease: LEASE });
    if (isNot('split')) return;
    const before = await place.ask(200);
    await place.share({ baseline, candidate, share: 0.6, lease: LEASE });
    const after = await place.ask(200);
    expect(before.filter((id, unit) => id === candidate && after[unit] !== candidate)).toEqual([]);
    expect(countOf(candidate, after)).toBeGreaterThan(countOf(candidate, before));
  });

  it('counts what each arm answered since the candidate began', async () => {
    const { baseline, candidate } = await place.withCandidate({ share: 0.5, lease: LEASE });
    if (isNot('counts')) return;
    const answers = await place.ask(100);
    const counts = await place.target.counts();
    expect([counts.baseline.requests, counts.candidate.requests]).toEqual([
      countOf(baseline, answers),
      countOf(candidate, answers),
    ]);
    for (const arm of [counts.baseline, counts.candidate]) expectCounts(arm);
    await place.share({ baseline, candidate, share: 0.6, lease: LEASE });
    await place.ask(50);
    const later = await place.target.counts();
    expect(later.baseline.requests + later.candidate.requests).toBe(150);
    expect(later.epoch).toBe(counts.epoch);
    const parts = later.byShare ?? [];
    if (parts.length > 0)
      expect(
        parts.map(({ share, baseline: one, candidate: two }) => [share, one.requests + two.requests]),
      ).toEqual([
        [0.5, 100],
        [0.6, 50],
      ]);
  });

  it('counts anew for another candidate', async () => {
    const { baseline } = await place.withCandidate({ share: 0.5, lease: LEASE });
    if (isNot('counts')) return;
    await place.ask(20);
    const other = await place.staged('other');
    await place.share({ baseline, candidate: other, share: 0.5, lease: LEASE });
    const { baseline: one, candidate: two } = await place.target.counts();
    expect(one.requests + two.requests).toBe(0);
  });

  it('lets a candidate answer beside the baseline, so that nobody sees it', async () => {
    if (isNot('shadow')) return;
    const { baseline } = await place.withCandidate({ share: 1, lease: LEASE, mode: 'shadow' });
    expect(new Set(await place.ask(30))).toEqual(new Set([baseline]));
    await place.settled();
    const { compared } = await place.target.counts();
    expect(compared?.pairs).toBe(30);
    expect(compared?.different).toBeLessThanOrEqual(30);
  });

  it('ends a candidate whose lease is not renewed, whatever became of its controller', async () => {
    if (isNot('lease')) return;
    const lease = place.rig.shortLease;
    const { baseline, candidate } = await place.withCandidate({ share: 0.5, lease });
    const { revision } = await place.target.observe();
    for (let time = 0; time < 4; time++) {
      await place.rig.wait(lease / 2);
      expect(await place.target.renew(revision, lease)).toBe(true);
    }
    expect((await place.target.observe()).route.candidate?.release).toBe(candidate);
    await place.rig.wait(lease * 1.5);
    const ended = await place.target.observe();
    expect(ended.route).toEqual({ baseline });
    expect(new Set(await place.ask(20))).toEqual(new Set([baseline]));
    expect(await place.target.renew(revision, lease)).toBe(false);
    expect(await place.target.renew(ended.revision, lease)).toBe(false);
    const late = { baseline, candidate: { release: candidate, share: 0.6, mode: 'split' } } as const;
    expect(await place.target.route(revision, late, lease)).toMatchObject({ done: false });
  });

  it('renews the lease of the revision that is, and no other', async () => {
    if (isNot('lease')) return;
    await place.withCandidate({ share: 0.5, lease: LEASE });
    expect(await place.target.renew('another', LEASE)).toBe(false);
  });

  it('makes the candidate the baseline in one step', async () => {
    const { baseline, candidate } = await place.withCandidate({ share: 0.5, lease: LEASE });
    const { revision } = await place.target.observe();
    await place.target.route(revision, { baseline: candidate });
    const now = await place.target.observe();
    expect([now.route, now.previous]).toEqual([{ baseline: candidate }, baseline]);
    expect(new Set(await place.ask(20))).toEqual(new Set([candidate]));
  });

  it.each([-0.1, 1.1, NaN])('refuses a share of %p, and goes on as it was', async (share) => {
    const baseline = await place.serving('first');
    const candidate = await place.staged('second');
    const { revision } = await place.target.observe();
    const route = { baseline, candidate: { release: candidate, share, mode: 'split' } } as const;
    await expect(place.target.route(revision, route, LEASE)).rejects.toEqual(refused);
    expect((await place.target.observe()).route).toEqual({ baseline });
  });
}

function countOf(id: Digest, answers: readonly (Digest | null)[]): number {
  return answers.filter((answer) => answer === id).length;
}

function expectCounts({ requests, errors, slow, feedback }: ArmCounts): void {
  const bad = Object.values(feedback).flatMap((one) => [one.seen, one.bad]);
  for (const count of [requests, errors, slow, ...bad])
    expect([Number.isSafeInteger(count), count >= 0]).toEqual([true, true]);
  expect(errors).toBeLessThanOrEqual(requests);
}
