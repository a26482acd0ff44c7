import { nonce } from './testing/admin-rig.js';
import { Replays } from './replays.js';

describe('Replays', () => {
  it('takes a request once', () => {
    const replays = new Replays();
    const [life, id] = [replays.life, nonce()];
    expect([replays.take(life, id), replays.take(life, id), replays.take(life, nonce())]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each([undefined, '', 'abc', 'A'.repeat(32), '0'.repeat(33), ['0'.repeat(32)]])(
    'takes no id %j',
    (id) => {
      const replays = new Replays();
      expect(replays.take(replays.life, id)).toBe(false);
    },
  );

  it('takes nothing of another process', () => {
    const [before, after] = [new Replays(), new Replays()];
    expect(after.take(before.life, nonce())).toBe(false);
    expect(after.take(undefined, nonce())).toBe(false);
  });

  it('takes nothing again that it had to forget: another life begins then', () => {
    const replays = new Replays(3);
    const taken = [nonce(), nonce(), nonce()].map((id) => ({ life: replays.life, id }));
    for (const { life, id } of taken) expect(replays.take(life, id)).toBe(true);
    for (const { life, id } of taken) expect(replays.take(life, id)).toBe(false);
    expect(replays.take(replays.life, nonce())).toBe(true);
  });
});
