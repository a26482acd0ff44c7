import { refused } from './testing/target-rig.js';
import type { TargetPlace } from './testing/target-rig.js';

/** Going back: what everything else may fail before. */
export function describeTargetReturn(place: TargetPlace): void {
  it('goes back to what was served before, and never from there to what was left', async () => {
    const first = await place.serving('first');
    const second = await place.serving('second');
    const back = await place.target.rollback(undefined, 'spec');
    expect([back.route, back.previous === second]).toEqual([{ baseline: first }, false]);
    expect(await place.target.observe()).toEqual(back);
    expect(await place.ask(2)).toEqual([first, first]);
    expect(await place.target.rollback(first, 'spec, again')).toMatchObject({ route: { baseline: first } });
  });

  it('goes to a release by its name, while it is there', async () => {
    const first = await place.serving('first');
    await place.serving('second');
    expect(await place.target.rollback(first, 'spec')).toMatchObject({ route: { baseline: first } });
  });

  it('takes the candidate away, and leaves the baseline where it is', async () => {
    const { baseline, candidate } = await place.withCandidate({ share: 0.5, lease: 60 });
    const before = await place.target.observe();
    const back = await place.target.rollback(undefined, 'spec');
    expect([back.route, back.previous === candidate]).toEqual([{ baseline }, false]);
    expect(new Set(await place.ask(20))).toEqual(new Set([baseline]));
    expect(await place.target.renew(before.revision, 60)).toBe(false);
    const late = { baseline: candidate };
    expect(await place.target.route(before.revision, late)).toMatchObject({ done: false });
  });

  it('rehearses going back, and users notice nothing', async () => {
    if (place.rig.can.drill === false) return;
    const first = await place.serving('first');
    const second = await place.serving('second');
    const before = await place.target.observe();
    const { to, recovery } = await place.target.drill();
    expect([to, recovery >= 0, Number.isFinite(recovery)]).toEqual([first, true, true]);
    expect(await place.target.observe()).toEqual(before);
    expect(await place.ask(2)).toEqual([second, second]);
  });

  it('serves the baseline after a restart, and no candidate', async () => {
    const { restart } = place.rig;
    if (restart === undefined) return;
    const first = await place.serving('zero');
    const { baseline, candidate } = await place.withCandidate({ share: 0.5, lease: 60 });
    const before = await place.target.observe();
    await restart();
    expect(await place.target.observe()).toMatchObject({ route: { baseline }, previous: first });
    expect((await place.target.observe()).route.candidate).toBeUndefined();
    expect(new Set(await place.ask(20))).toEqual(new Set([baseline]));
    expect(await place.target.renew(before.revision, 60)).toBe(false);
    const late = { baseline: candidate };
    expect(await place.target.route(before.revision, late)).toMatchObject({ done: false });
    expect(await place.target.rollback(undefined, 'spec')).toMatchObject({ route: { baseline: first } });
  });

  it('says what it cannot go back to', async () => {
    const first = await place.serving('first');
    await expect(place.target.rollback(undefined, 'spec')).rejects.toEqual(refused);
    await expect(place.target.drill()).rejects.toEqual(refused);
    expect(await place.ask(1)).toEqual([first]);
  });
}
