import { random } from './tune/chance.js';
import { killStudy } from './tune/kills.js';

describe('a study that is killed', () => {
  it('at 20 random moments has no trial twice and loses none', async () => {
    const chance = random(20_261_129);
    let kills = 0;
    // One study is at its end after some kills; several together have been killed often enough.
    for (let round = 0; kills < 20; round += 1) {
      expect(round).toBeLessThan(10);
      const study = await killStudy(Math.min(8, 20 - kills), chance);
      try {
        kills += study.kills;
        await study.expectWhole();
      } finally {
        await study.dispose();
      }
    }
  }, 1_200_000);
});
