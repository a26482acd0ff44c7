import { threadsOf } from './threads-of.js';

it('leaves a core to the sockets where others are left, and does not spin where none is', () => {
  expect([1, 2, 3, 16].map(threadsOf)).toEqual([
    { threads: 1, spin: false },
    { threads: 2, spin: false },
    { threads: 2, spin: true },
    { threads: 15, spin: true },
  ]);
});
