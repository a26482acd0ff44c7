import { createRequire } from 'node:module';

export const title =
  'the canary and the naive rule on simulated traffic: false alarms at any look, a rate of 5% that becomes 7%, good releases';
export const target = 1;

const require = createRequire(import.meta.url);
const core = (name) => require(`../../packages/core/dist/${name}/index.js`);

const requests = 20_000;
const alpha = 0.05;
/** Of the roll-outs that this many requests are sent between two looks of the controller. */
const look = 20;
const guardrail = { name: 'errors', worse: 1, clear: 1.4, tolerated: 0.001 };

/** Worst of all figures, each as a part of its limit: at most 1 holds all. */
export async function measure(say) {
  const ratios = [falseAlarms(say), caught(say)];
  defaults(say);
  return Math.max(...ratios);
}

function falseAlarms(say) {
  const runs = 2000;
  const { seededRng } = core('kernel');
  const { clopperPearsonUpper } = core('stats');
  say(`rolled back though it is exactly as good: ${requests} requests, half to each, 5% of both fail`);
  let alarms = 0;
  const naive = { each: 0, hundred: 0, end: 0 };
  for (let run = 0; run < runs; run += 1) {
    const told = halves(seededRng(1_000_000 + run), 0.05, 0.05);
    alarms += told.caught === undefined ? 0 : 1;
    naive.each += told.naive.each ? 1 : 0;
    naive.hundred += told.naive.hundred ? 1 : 0;
    naive.end += told.naive.end ? 1 : 0;
  }
  say(row('naive: a test at 5%, looked at each 20 requests', share(naive.each, runs)));
  say(row('naive: the same, looked at a hundred times', share(naive.hundred, runs)));
  say(row('  and once, at the end', share(naive.end, runs)));
  const bound = clopperPearsonUpper({ successes: alarms, n: runs, alpha: 0.05 });
  say(
    row('canary, looked at each 20 requests', `${share(alarms, runs)} of ${runs}, at most ${percent(bound)}`),
  );
  return bound / alpha;
}

function caught(say) {
  const runs = 1000;
  const { seededRng } = core('kernel');
  say(`5% of the baseline's answers fail, 7% of the candidate's: rolled back within ${requests} requests`);
  const figures = [0.5, 0.25, 0.1].map((part) => {
    const ends = Array.from(
      { length: part === 0.5 ? runs : runs / 5 },
      (_, run) => halves(seededRng(2_000_000 + run), 0.05, 0.07, part).caught ?? Infinity,
    ).sort((a, b) => a - b);
    const found = ends.filter((end) => end < Infinity).length;
    const median = ends[ends.length >> 1];
    say(
      row(
        `canary, ${percent(part)} of the traffic`,
        `${share(found, ends.length)} of ${ends.length}, median ${median === Infinity ? '-' : median} requests`,
      ),
    );
    return { missed: 1 - found / ends.length, median };
  });
  const [half] = figures;
  return Math.max(half.missed / 0.01, half.median / 4000);
}

/** What the shares and guardrails come to that a service has by itself. */
function defaults(say) {
  const runs = 200;
  const rules = {
    steps: [0.05, 0.25, 0.5],
    guardrails: [guardrail, { ...guardrail, name: 'slow', tolerated: 0.01 }],
    alpha,
    least: 100,
    most: 200_000,
  };
  say(
    'a roll-out as a service has it by itself: 5%, 25%, 50%; errors and slow answers, looked at each 200 requests',
  );
  for (const [name, baseline, candidate] of [
    ['both 5%', 0.05, 0.05],
    ['both 0.1%', 0.001, 0.001],
    ['nothing fails', 0, 0],
    ['5% becomes 7%', 0.05, 0.07],
    ['5% becomes 10%', 0.05, 0.1],
    ['0.1% becomes 2%', 0.001, 0.02],
    ['everything fails', 0.001, 1],
  ])
    say(row(name, rollOuts({ runs, baseline, candidate, rules })));
}

function rollOuts({ runs, baseline, candidate, rules }) {
  const { seededRng } = core('kernel');
  const ends = Array.from({ length: runs }, (_, run) =>
    rollOut(seededRng(3_000_000 + run), { baseline, candidate }, rules),
  );
  const of = (state) => ends.filter((end) => end.state === state);
  return ['promote', 'roll-back', 'inconclusive']
    .filter((state) => of(state).length > 0)
    .map((state) => {
      const counts = of(state)
        .map((end) => end.requests)
        .sort((a, b) => a - b);
      const harmed = of(state)
        .map((end) => end.seen)
        .sort((a, b) => a - b);
      const median = (list) => list[list.length >> 1];
      return `${state} ${share(counts.length, runs)}, median ${median(counts)} requests, ${median(harmed)} to the candidate`;
    })
    .join('; ');
}

/** A whole roll-out by the rules that a controller goes by. */
function rollOut(rng, rates, rules) {
  const { decideCanary, newTally, withCounts, withShare } = core('canary');
  const arms = {
    baseline: { requests: 0, errors: 0, slow: 0, feedback: {} },
    candidate: { requests: 0, errors: 0, slow: 0, feedback: {} },
  };
  let tally = newTally(rules.steps[0]);
  for (;;) {
    for (let request = 0; request < 200; request += 1) {
      const name = rng.uniform() < tally.share ? 'candidate' : 'baseline';
      arms[name].requests += 1;
      if (rng.uniform() < rates[name]) arms[name].errors += 1;
    }
    tally = withCounts(tally, { baseline: { ...arms.baseline }, candidate: { ...arms.candidate } });
    const { state, evidence } = decideCanary(tally, rules);
    if (state === 'advance') tally = withShare(tally, rules.steps[rules.steps.indexOf(tally.share) + 1]);
    else if (state !== 'hold') return { state, requests: evidence.requests, seen: arms.candidate.requests };
  }
}

/** One share, looked at all the time; the naive rule beside it on the same requests. */
function halves(rng, baseline, candidate, part = 0.5) {
  const { evidenceOf } = core('canary');
  const arm = () => ({ requests: 0, errors: 0, slow: 0, feedback: {} });
  const arms = { share: part, baseline: arm(), candidate: arm() };
  const naive = { each: false, hundred: false, end: false };
  let found;
  for (let request = 1; request <= requests; request += 1) {
    const [to, rate] = rng.uniform() < part ? [arms.candidate, candidate] : [arms.baseline, baseline];
    to.requests += 1;
    if (rng.uniform() < rate) to.errors += 1;
    if (request % look !== 0) continue;
    if (found === undefined && evidenceOf(guardrail, [arms]).against >= -Math.log(alpha)) {
      found = request;
      if (candidate > baseline) break;
    }
    const isWorse = naivelyWorse(arms);
    naive.each ||= isWorse;
    if (request % (requests / 100) === 0) naive.hundred ||= isWorse;
    if (request === requests) naive.end = isWorse;
  }
  return { caught: found, naive };
}

/** One-sided test of two proportions at 5%, as it is done by who looks once. */
function naivelyWorse({ baseline: a, candidate: b }) {
  const rate = (a.errors + b.errors) / (a.requests + b.requests);
  const spread = Math.sqrt(rate * (1 - rate) * (1 / a.requests + 1 / b.requests));
  return spread > 0 && (b.errors / b.requests - a.errors / a.requests) / spread > 1.645;
}

function row(name, value) {
  return `  ${name.padEnd(52)} ${value}`;
}

function share(count, of) {
  return percent(count / of);
}

function percent(value) {
  return `${(value * 100).toFixed(1)}%`;
}
