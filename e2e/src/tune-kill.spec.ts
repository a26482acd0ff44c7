import { random } from './tune/chance.js';
import { killStudy } from './tune/kills.js';

describe('a study that is killed', () => {
  it('three times at random moments has no trial twice and loses none', async () => {
    const study = await killStudy(3, random(20_261_128));
    try {
      expect(study.kills).toBeGreaterThan(0);
      await study.expectWhole();
    } finally {
      await study.dispose();
    }
  }, 240_000);
});
