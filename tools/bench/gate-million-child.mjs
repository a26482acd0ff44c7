// Judges two predictions files as the gate does, and says how long and how much memory that took beyond reading them.
import { createReadStream, statSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const core = (name) => require(`../../packages/core/dist/${name}.js`);
const { Evaluation, pairExamples, readExamples, testSetDigest } = core('evaluation/index');
const { buildVerdict, encodeVerdict, judge } = core('gate/index');
const { digestOf } = core('kernel/index');
const { gatherEvidence } = core('usecases/gate/gather-evidence');

const [policyText, ...paths] = process.argv.slice(2);
const policy = JSON.parse(policyText);
const [candidate, baseline] = await Promise.all(paths.map(read));
globalThis.gc();
const before = process.memoryUsage().rss;
let peak = before;
const watch = () => (peak = Math.max(peak, process.memoryUsage().rss));
const started = performance.now();
const bytes = verdict();
const milliseconds = performance.now() - started;
watch();
const same = bytes.equals(verdict());
// What was given back meanwhile shows in the high-water mark of the process alone.
const highest = Math.max(peak, process.resourceUsage().maxRSS * 1024);
console.log(JSON.stringify({ milliseconds, before, highest, same }));

async function read(path) {
  const file = {
    size: statSync(path).size,
    read: (start, end) => createReadStream(path, { start, end: end - 1 }),
  };
  return new Evaluation(await readExamples(file, path, 'jsonl'));
}

function verdict() {
  const pairs = pairExamples(candidate.examples, baseline.examples);
  const testSet = testSetDigest(candidate.examples);
  const model = { model: { kind: 'file', digest: digestOf('model'), size: 1, files: 1 }, metrics: {} };
  const contest = {
    candidate: { ...model, evaluation: candidate },
    baseline: { ...model, evaluation: baseline, pairs },
  };
  const evidence = gatherEvidence(policy, contest);
  watch();
  const judgement = judge({ policy, alpha: 0.0005, floorsOnly: false, evidence });
  const digest = digestOf('one');
  const read = {
    question: digest,
    candidate: digest,
    baseline: digest,
    testSet,
    predictions: { candidate: digest, baseline: digest },
  };
  return encodeVerdict(
    buildVerdict({ project: 'm', policy, read, budget: null }, { judgement, alpha: 0.0005 }),
  );
}
