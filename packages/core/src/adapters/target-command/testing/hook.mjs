// A place that serves, kept in one JSON file: what a deploy command can look like. ML_HOOK_STATE names the file.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const file = process.env.ML_HOOK_STATE;
if (existsSync(`${file}.off`)) throw new Error('the place cannot be reached');
const asked = JSON.parse(readFileSync(0, 'utf8'));

/** One at a time: a route is compared and set by whoever holds the folder. */
function locked(action) {
  for (;;)
    try {
      mkdirSync(`${file}.lock`);
      break;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  try {
    return action();
  } finally {
    rmSync(`${file}.lock`, { recursive: true });
  }
}

const fresh = { staged: {}, baseline: null, previous: null, candidate: null, revision: 0, epoch: 0, skew: 0 };
const state = { ...fresh };

const now = () => Date.now() / 1000 + state.skew;

function endLease() {
  if (state.candidate === null || state.candidate.until > now()) return;
  state.candidate = null;
  state.revision += 1;
}

function observed() {
  const { candidate, baseline, previous, revision } = state;
  const shown = candidate && { release: candidate.release, share: candidate.share, mode: candidate.mode };
  return { revision: String(revision), route: { baseline, ...(shown && { candidate: shown }) }, previous };
}

const newArm = () => ({ requests: 0, errors: 0, slow: 0, feedback: {} });
const placeOf = (text) => createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;

function answerOf(unit) {
  const { baseline, candidate } = state;
  if (candidate === null) return baseline;
  const isIn = placeOf(candidate.release + unit) < candidate.share;
  const arm = isIn ? 'candidate' : 'baseline';
  if (candidate.mode === 'shadow') {
    state.counts.compared.pairs += isIn ? 1 : 0;
    return baseline;
  }
  state.counts[arm].requests += 1;
  return isIn ? candidate.release : baseline;
}

const unknown = (release) => ({ refused: `${release} is not staged` });

const calls = {
  observe: observed,
  stage({ id, release, bundles }) {
    const broken = Object.entries(bundles).find(([, folder]) => folder.endsWith('crashes'));
    if (broken) return { ready: false, model: broken[0], reason: 'it exits with 1' };
    state.staged[id] = release;
    return { ready: true, models: Object.keys(bundles).map((name) => ({ name, loaded: 1, p95: 1 })) };
  },
  route({ revision, to: { baseline, candidate }, lease }) {
    const missing = [baseline, candidate?.release].find((each) => each && !(each in state.staged));
    if (missing) return unknown(missing);
    if (revision !== String(state.revision)) return { done: false, observed: observed() };
    if (baseline !== state.baseline) [state.previous, state.baseline] = [state.baseline, baseline];
    const was = state.candidate;
    if (candidate && (was?.release !== candidate.release || was.mode !== candidate.mode)) {
      state.epoch += 1;
      state.counts = { baseline: newArm(), candidate: newArm(), compared: { pairs: 0, different: 0 } };
    }
    state.candidate = candidate ? { ...candidate, until: now() + lease } : null;
    state.revision += 1;
    return { done: true, observed: observed() };
  },
  renew({ revision, lease }) {
    const renewed = state.candidate !== null && revision === String(state.revision);
    if (renewed) state.candidate.until = now() + lease;
    return { renewed };
  },
  counts: () => ({ baseline: newArm(), candidate: newArm(), ...state.counts, epoch: String(state.epoch) }),
  rollback({ to }) {
    const goal = to ?? (state.candidate ? state.baseline : state.previous);
    if (goal === null) return { refused: 'there is nothing to go back to' };
    if (!(goal in state.staged)) return unknown(goal);
    if (goal === state.baseline && state.candidate === null) return observed();
    if (goal !== state.baseline) state.previous = null;
    Object.assign(state, { baseline: goal, candidate: null, revision: state.revision + 1 });
    return observed();
  },
  drill: () =>
    state.previous ? { to: state.previous, recovery: 1 } : { refused: 'there is nothing to go back to' },
  /** Not of the port: for specs. */
  ask: ({ count }) => Array.from({ length: count }, (_, unit) => answerOf(`u${unit}`)),
  wait({ seconds }) {
    state.skew += seconds;
    return null;
  },
};

const answer = locked(() => {
  Object.assign(state, readState());
  endLease();
  const given = calls[process.env.ML_DEPLOY](asked);
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
  return given;
});
process.stdout.write(JSON.stringify(answer));

function readState() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
