import { Pace } from './pace.js';

/** As it is when so many clients ask again and again, and one request alone takes so many milliseconds. */
function paceOf(clients: number, alone: number): Pace {
  const pace = new Pace();
  pace.answered(1, alone);
  for (let at = 1; at <= clients; at += 1) pace.asked(at);
  return pace;
}

it('lets half of them go where a run more costs less than reading the other half', () => {
  expect([64, 200].map((clients) => paceOf(clients, 0.4).part)).toEqual([32, 100]);
});

it('lets more of them go together the more a run costs', () => {
  expect([0.4, 3, 5, 25].map((alone) => paceOf(64, alone).part)).toEqual([32, 32, 50, 250]);
});

it('makes no messages of a few', () => {
  expect(paceOf(4, 0.05).part).toBe(8);
});

it('forgets a rush', () => {
  const pace = paceOf(64, 0.4);
  for (let at = 0; at < 60; at += 1) pace.sent(1);
  expect([pace.load, pace.part]).toEqual([1, 8]);
});

it('takes a run of several requests for no measure of one', () => {
  const pace = paceOf(64, 5);
  pace.answered(32, 0.1);
  expect(pace.part).toBe(50);
});
