import { createRequire } from 'node:module';

export const title =
  'the gate and the naive rule against developers who adapt: false promotions, one real gain, examples asked for';
export const target = 1;

const require = createRequire(import.meta.url);
const core = (name, file = 'index') => require(`../../packages/core/dist/${name}/${file}.js`);

const steps = 100;
const examples = 5000;
const life = { steps, promotions: 1 };
/** How often a model is right, in truth, whatever anybody commits. */
const truth = 0.8;
/** Answering this part of the examples anew changes whether 10% of them are right, and in truth nothing. */
const answeredAnew = 0.1 / (2 * truth * (1 - truth));

/** Worst of all figures, each as a part of its limit: at most 1 holds all. */
export async function measure(say) {
  const ratios = [falsePromotions(say), realGain(say), examplesNeeded(say), statedExamples(say)];
  return Math.max(...ratios);
}

function falsePromotions(say) {
  const runs = 1000;
  const { seededRng } = core('kernel');
  const naive = { promoted: 0, promotions: 0, climbed: 0 };
  let wanderers = 0;
  for (let run = 0; run < runs; run += 1) {
    const one = naiveLife(seededRng(1_000_000 + run));
    naive.promoted += one.promotions > 0 ? 1 : 0;
    naive.promotions += one.promotions;
    naive.climbed += one.climbed;
    wanderers += wanderingLife(seededRng(1_000_000 + run)) ? 1 : 0;
  }
  const probers = { runs: 20_000, promoted: 0 };
  const worst = worstDisagreement();
  for (let run = 0; run < probers.runs; run += 1)
    probers.promoted += probingLife(seededRng(2_000_000 + run), worst.disagreement) ? 1 : 0;
  say(`any false promotion in ${steps} commits, none of which is better (${examples} examples)`);
  say(row('naive >, developer builds on what it let through', share(naive.promoted, runs)));
  say(
    `  it promotes ${(naive.promotions / runs).toFixed(0)} of them; measured accuracy climbs ${points(naive.climbed / runs)}, the true one not at all`,
  );
  const bounds = [
    ['gate, developer goes on from what was held', wanderers, runs],
    [
      `gate, unrelated commits that differ on the worst ${percent(worst.disagreement)}`,
      probers.promoted,
      probers.runs,
    ],
  ].map(([name, promoted, of]) => {
    const bound = core('stats').clopperPearsonUpper({ successes: promoted, n: of, alpha: 0.05 });
    say(row(name, `${share(promoted, of)} of ${of} lives, at most ${percent(bound)}`));
    return bound;
  });
  say(row('  the same exactly, whatever is committed: at most', percent(worst.level * steps)));
  return Math.max(...bounds) / 0.05;
}

/** Promotes whatever measures better, and builds on it. */
function naiveLife(rng) {
  let champion = model(rng);
  const start = rightOf(champion);
  let promotions = 0;
  for (let commit = 0; commit < steps; commit += 1) {
    const candidate = anew(champion, rng);
    if (rightOf(candidate) <= rightOf(champion)) continue;
    champion = candidate;
    promotions += 1;
  }
  return { promotions, climbed: (rightOf(champion) - start) / examples };
}

/** Is told only that it was held: goes on from that half of the time, begins again from the champion otherwise. */
function wanderingLife(rng) {
  const champion = model(rng);
  let work = champion;
  for (let commit = 0; commit < steps; commit += 1) {
    const candidate = anew(work, rng);
    if (passes(compare(candidate, champion), rng)) return true;
    work = rng.uniform() < 0.5 ? candidate : champion;
  }
  return false;
}

/** Commits that have nothing to do with one another have the largest chance that one of them is lucky. */
function probingLife(rng, disagreement) {
  for (let commit = 0; commit < steps; commit += 1) if (passes(drawn(rng, disagreement, 0), rng)) return true;
  return false;
}

/** The disagreement at which the exact test wastes least of its level. */
function worstDisagreement() {
  const { mcnemarPowerExact } = core('stats');
  let worst = { level: 0, disagreement: 0 };
  for (let percentOf = 1; percentOf <= 50; percentOf += 1) {
    const half = percentOf / 200;
    const { power } = mcnemarPowerExact({
      pCandidateOnly: half,
      pBaselineOnly: half,
      n: examples,
      alpha: level(life),
    });
    if (power > worst.level) worst = { level: power, disagreement: 2 * half };
  }
  return worst;
}

function realGain(say) {
  const { seededRng } = core('kernel');
  const runs = 20_000;
  let promoted = 0;
  for (let run = 0; run < runs; run += 1) {
    const rng = seededRng(3_000_000 + run);
    const turn = Math.floor(rng.uniform() * steps);
    let wasted = false;
    for (let commit = 0; commit < turn && !wasted; commit += 1) wasted = passes(drawn(rng, 0.1, 0), rng);
    if (!wasted && passes(drawn(rng, 0.1, 0.02), rng)) promoted += 1;
  }
  say('one real gain of 2 points among the commits, differing on 10%');
  say(row('gate promotes it', `${share(promoted, runs)} of ${runs} lives`));
  return 0.85 / (promoted / runs);
}

function examplesNeeded(say) {
  const { planGate } = core('gate');
  const { rows } = planGate(policyOf(0.02, life), { disagreement: 0.1 });
  const { examples: exact, bennett, hoeffding } = rows.find(({ isAsked }) => isAsked);
  say('examples for 2 points with a chance of 80%, differing on 10%');
  say(row('gate, exact paired test', exact));
  say(row('ease.ml/ci by Bennett', bennett));
  say(row('ease.ml/ci by Hoeffding', hoeffding));
  return exact / 4300;
}

/** What an inconclusive verdict says would do, tried. */
function statedExamples(say) {
  const { seededRng } = core('kernel');
  const runs = 10_000;
  say('examples that an inconclusive verdict asks for, and how often they show the gain');
  const powers = [
    [0.1, 0.02, life],
    [0.05, 0.02, life],
    [0.3, 0.02, life],
    [0.1, 0.01, { steps: 1000, promotions: 1 }],
    [0.2, 0.05, { steps: 1, promotions: 1 }],
    [0.1, 0.02, { steps: 20, promotions: 3 }],
  ].map(([disagreement, effect, budget], index) => {
    const rng = seededRng(4_000_000 + index);
    const n = statedBy(disagreement, effect, budget);
    let shown = 0;
    for (let run = 0; run < runs; run += 1)
      shown += passes(drawn(rng, disagreement, effect, n), rng, { effect, budget }) ? 1 : 0;
    const asked = `${points(effect)}, differing on ${percent(disagreement)}, ${budget.steps} steps, promotions ${budget.promotions}`;
    say(row(`${asked}: ${n}`, share(shown, runs)));
    return shown / runs;
  });
  return 0.78 / Math.min(...powers);
}

function statedBy(disagreement, effect, budget) {
  const each = Math.round(100 * disagreement);
  const sample = sampleOf({ n: 200, wins: each, losses: each });
  const { state, criteria } = judged(sample, { effect, budget });
  if (state !== 'inconclusive') throw new Error(`Two hundred examples are ${state}`);
  return criteria[0].requiredN;
}

/** A model is whether it is right, example by example. */
function model(rng) {
  return Uint8Array.from({ length: examples }, () => (rng.uniform() < truth ? 1 : 0));
}

function anew(before, rng) {
  const limit = answeredAnew * 2 ** 32;
  return before.map((right) => (rng.uint32() < limit ? (rng.uniform() < truth ? 1 : 0) : right));
}

function rightOf(answers) {
  return answers.reduce((sum, right) => sum + right, 0);
}

function compare(candidate, champion) {
  let [wins, losses] = [0, 0];
  for (let index = 0; index < examples; index += 1) {
    if (candidate[index] > champion[index]) wins += 1;
    if (candidate[index] < champion[index]) losses += 1;
  }
  return { n: examples, wins, losses };
}

/** A comparison with a true gain, without the examples. */
function drawn(rng, disagreement, gain, n = examples) {
  const { drawBinomial } = core('stats', 'draws');
  const pairs = drawBinomial(rng, n, disagreement);
  const wins = drawBinomial(rng, pairs, (disagreement + gain) / disagreement / 2);
  return { n, wins, losses: pairs - wins };
}

/**
 * What the judge of the built package says. For time, cases that are a fifth of a standard deviation and more from a pass are put before it in one of ten thousand, and a pass
 * among them ends the benchmark.
 */
function passes(comparison, rng, { effect = 0.02, budget = life } = {}) {
  const { wins, losses } = comparison;
  const hopeless = wins - losses < nearly(budget) * Math.sqrt(wins + losses);
  if (hopeless && rng.uniform() > 0.0001) return false;
  const { state } = judged(sampleOf(comparison), { effect, budget });
  if (hopeless && state === 'pass') throw new Error(`${wins} to ${losses} passed`);
  return state === 'pass';
}

/** Standard deviations of the gain that come near to a pass. */
function nearly(budget) {
  const name = JSON.stringify(budget);
  if (!nearlies.has(name))
    nearlies.set(name, -core('stats', 'distributions').normalQuantile(level(budget)) - 0.2);
  return nearlies.get(name);
}

const nearlies = new Map();
const known = new Map();

/** The same question has the same answer. */
function judged(sample, { effect, budget }) {
  const { judge } = core('gate');
  const name = [
    sample.n,
    sample.candidateOnly,
    sample.baselineOnly,
    effect,
    budget.steps,
    budget.promotions,
  ].join();
  const answer =
    known.get(name) ??
    judge({
      policy: policyOf(effect, budget),
      alpha: level(budget),
      floorsOnly: false,
      evidence: [{ id: 'primary', sample }],
    });
  known.set(name, answer);
  return answer;
}

function sampleOf({ n, wins, losses }) {
  const disagreement = { share: (wins + losses) / n, labelFree: true };
  return { kind: 'binary', n, candidateOnly: wins, baselineOnly: losses, bothRight: 0, disagreement };
}

function level(budget) {
  return core('gate').levelOf({ ...budget, alpha: 0.05, disclosure: 'bit' });
}

function policyOf(minEffect, budget) {
  return {
    primary: { test: 'superiority', metric: 'accuracy', minEffect, better: 'higher' },
    guardrails: [],
    floors: [],
    alpha: 0.05,
    budget,
    power: 0.8,
    disclosure: 'bit',
    testSet: null,
    seed: null,
    negativeControl: false,
  };
}

const row = (name, value) => `  ${name.padEnd(70)}${String(value)}`;
const percent = (value) => `${(100 * value).toFixed(1)}%`;
const share = (count, of) => percent(count / of);
const points = (value) => `${(100 * value).toFixed(1)} points`;
