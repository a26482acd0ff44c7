import { describeTargetCandidate } from './target-candidate.contract.js';
import { describeTargetReturn } from './target-return.contract.js';
import { digestOfNothing, refused, TargetPlace } from './testing/target-rig.js';
import type { OpenTargetRig } from './testing/target-rig.js';

/** What every DeployTarget promises. `open` makes a fresh place, in which nothing was ever deployed. */
export function describeDeployTarget(name: string, open: OpenTargetRig): void {
  describe(`${name} as a DeployTarget`, () => {
    const place = new TargetPlace(open);
    beforeEach(() => place.open());
    afterEach(() => place.close());

    it('serves nothing at first, and says so', async () => {
      const { route, previous } = await place.target.observe();
      expect([route, previous]).toEqual([{ baseline: null }, null]);
      expect(await place.ask(3)).toEqual([null, null, null]);
      await expect(place.target.rollback(undefined, 'spec')).rejects.toEqual(refused);
      await expect(place.target.drill()).rejects.toEqual(refused);
    });

    it('tells what a release took to load and answer, as often as it is staged, and users notice nothing', async () => {
      const first = await place.rig.release('first');
      for (let time = 0; time < 2; time++) {
        const staged = await place.target.stage(first.release, first.bundles);
        if (!staged.ready) throw new Error(staged.reason);
        expect(staged.models.map((model) => model.name)).toEqual(Object.keys(first.release.models).sort());
        for (const { loaded, p95 } of staged.models)
          expect([loaded >= 0, p95 >= 0, Number.isFinite(loaded + p95)]).toEqual([true, true, true]);
      }
      expect((await place.target.observe()).route).toEqual({ baseline: null });
    });

    it('says why a release cannot be served, and never routes to it', async () => {
      const good = await place.serving('good');
      const bad = await place.rig.release('bad', 'crashes');
      const staged = await place.target.stage(bad.release, bad.bundles);
      expect(staged).toEqual(
        expect.objectContaining({ ready: false, reason: expect.stringMatching(/\S/) as string }),
      );
      const { revision } = await place.target.observe();
      await expect(place.target.route(revision, { baseline: bad.id })).rejects.toEqual(refused);
      expect(await place.ask(3)).toEqual([good, good, good]);
    });

    it('refuses what was never staged, and goes on as it was', async () => {
      const good = await place.serving('good');
      const { revision } = await place.target.observe();
      const unknown = digestOfNothing;
      await expect(place.target.route(revision, { baseline: unknown })).rejects.toEqual(refused);
      await expect(place.target.rollback(unknown, 'spec')).rejects.toEqual(refused);
      expect((await place.target.observe()).route).toEqual({ baseline: good });
      expect(await place.ask(2)).toEqual([good, good]);
    });

    it('serves the baseline it is given, and remembers the one before', async () => {
      const first = await place.serving('first');
      expect(await place.target.observe()).toMatchObject({ route: { baseline: first }, previous: null });
      const second = await place.serving('second');
      expect(await place.target.observe()).toMatchObject({ route: { baseline: second }, previous: first });
      expect(await place.ask(2)).toEqual([second, second]);
    });

    it('lets one of two controllers change the route, and tells the other what became of it', async () => {
      await place.serving('first');
      const [one, other] = [await place.staged('one'), await place.staged('other')];
      const { revision } = await place.target.observe();
      const again = await place.rig.again();
      const results = await Promise.all([
        place.target.route(revision, { baseline: one }),
        again.route(revision, { baseline: other }),
      ]);
      expect(results.filter(({ done }) => done)).toHaveLength(1);
      const now = await place.target.observe();
      expect(now.revision).not.toBe(revision);
      expect(results.map(({ observed }) => observed)).toEqual([now, now]);
      expect(await place.target.route(revision, { baseline: one })).toEqual({ done: false, observed: now });
    });

    it('given the route that it has, keeps what was served before', async () => {
      const first = await place.serving('first');
      const second = await place.serving('second');
      const { revision } = await place.target.observe();
      expect(await place.target.route(revision, { baseline: second })).toMatchObject({
        done: true,
        observed: { route: { baseline: second }, previous: first },
      });
    });

    it('says that it cannot be reached, and is as it was when it can be again', async () => {
      const good = await place.serving('good');
      const { reach } = place.rig;
      if (reach === undefined) return;
      await reach(false);
      await expect(place.target.observe()).rejects.toEqual(refused);
      await expect(place.target.counts()).rejects.toEqual(refused);
      await expect(place.target.rollback(undefined, 'spec')).rejects.toEqual(refused);
      await reach(true);
      expect((await place.target.observe()).route).toEqual({ baseline: good });
    });

    describeTargetCandidate(place);
    describeTargetReturn(place);
  });
}
