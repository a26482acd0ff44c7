// npm run demo: the quickstart as a new user has it, from packed tarballs, in a folder of its own. Trains, evaluates and
// accepts everything, then changes one thing at a time and shows what trained, what was restored and what stayed; last it
// brings a new version of each model to its gate.
import { appendFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { build, ensureInstalled, must, repo } from './lib/set-up.mjs';

const help = `npm run demo [-- --keep-caches]

Sets up examples/quickstart in a folder of its own, trains and evaluates its four models on real data, then changes one
feature file, one parameter, one README and one data file in turn. Then each model has a new version, and its gate says
whether it may replace the accepted one.

  --keep-caches   keep the trained models of an earlier demo, to see a fresh clone restore them
`;
const { values } = parseArgs({ options: { help: { type: 'boolean' }, 'keep-caches': { type: 'boolean' } } });
if (values.help) {
  console.log(help);
  process.exit(0);
}

const started = Date.now();
ensureInstalled();
build();
const { firstDigitReader, newVersions, packTarballs, startCommand, taskStates } = createRequire(
  import.meta.url,
)('../packages/testing/dist/index.js');

const demo = join(tmpdir(), 'nx-ml-demo');
const workspace = join(demo, 'workspace');
const env = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_CACHE_DIRECTORY: join(demo, 'nx-cache'),
  NX_ML_STORE: join(demo, 'store'),
};

await setUp();
await firstRun();
await change('one feature file, shared by the two penguin models', 'libs/penguin-features', editFeature);
await change(
  'one parameter: alpha of the spam filter',
  'models/spam-filter/ml.yaml',
  editParameter,
  'spam-filter',
);
await change('one README', 'models/digit-reader/README.md', (path) =>
  writeFileSync(path, '# Digits\n\nEdited.\n'),
);
await change('one row of data: a correction of a penguin', 'datasets/penguins', editData);
await ask(['runs', 'spam-filter']);
await judge();
console.log(
  `\nAll of it took ${((Date.now() - started) / 1000).toFixed(0)} s. The workspace is yours to play with:`,
);
console.log(`  cd ${workspace} && npx nx graph
  export NX_ML_STORE=${env.NX_ML_STORE}   # where its runs are kept; then npx nx-ml plan, why, runs`);

async function setUp() {
  rmSync(values['keep-caches'] ? workspace : demo, { recursive: true, force: true });
  mkdirSync(demo, { recursive: true });
  cpSync(join(repo, 'examples/quickstart'), workspace, {
    recursive: true,
    filter: (path) => !/\/(node_modules|\.nx|\.nx-ml)$/.test(path),
  });
  const tarballs = await packTarballs();
  const manifest = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8'));
  for (const field of ['dependencies', 'devDependencies'])
    if (manifest[field]?.['nx-ml']) manifest[field]['nx-ml'] = `file:${tarballs['nx-ml']}`;
  // Until the packages are published, core comes from beside the plugin.
  manifest.dependencies = { ...manifest.dependencies, '@nx-ml/core': `file:${tarballs['@nx-ml/core']}` };
  writeFileSync(join(workspace, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  // A first version that can be bettered.
  apply(firstDigitReader);
  console.log(`Setting up the quickstart in ${workspace}`);
  must('npm', ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: workspace });
  must('git', ['init', '--quiet', '--initial-branch=main'], { cwd: workspace });
  must('git', ['add', '--all'], { cwd: workspace });
  const author = ['-c', 'user.name=demo', '-c', 'user.email=demo@localhost'];
  must('git', [...author, 'commit', '--quiet', '-m', 'The quickstart'], { cwd: workspace });
}

async function firstRun() {
  console.log('\n$ npx nx run-many -t evaluate\n');
  const output = await nxEvaluate();
  for (const line of output.split('\n'))
    if (/^\S+:(data|train|evaluate) {2}/.test(line)) console.log(`  ${line}`);
}

/** Four new versions: one better, one no better, one that loses a slice, one that too few examples can tell from the old. */
async function judge() {
  console.log('\nThe gate. First each model as it was committed is judged by its floors and accepted.\n');
  must('git', ['checkout', '--quiet', '--', 'models', 'libs', 'datasets'], { cwd: workspace });
  await nx(['run-many', '-t', 'gate']);
  for (const name of readdirSync(join(workspace, 'models')))
    process.stdout.write(`  ${(await nxMl(['gate', 'accept', name])).output}`);
  console.log('\nThen each has a new version:\n');
  for (const version of newVersions) {
    console.log(`  ${version.file}  ${version.from} → ${version.to}`);
    apply(version);
  }
  await nx(['run-many', '-t', 'evaluate']);
  const { code, output } = await nxMl(['gate', 'run']);
  console.log(`\n$ npx nx-ml gate run\n\n${output.replaceAll(/^(?=.)/gm, '  ').trimEnd()}\n`);
  const missing = newVersions.map(({ answer }) => answer).filter((answer) => !output.includes(answer));
  if (code !== 4 || missing.length > 0) throw new Error(`the gate did not say ${missing.join(', ')}`);
  await ask(['gate', 'budget']);
}

async function change(title, file, edit, asked) {
  console.log(`\n${title}  (${file})`);
  edit(join(workspace, file));
  if (asked !== undefined) await ask(['why', asked]);
  const states = taskStates(await nxEvaluate());
  const models = readdirSync(join(workspace, 'models'));
  const training = (wanted) => models.filter((name) => wanted.includes(states[`${name}:train`]));
  const row = (label, names) =>
    console.log(`  ${label.padEnd(10)}${names.length === 0 ? '-' : names.join('  ')}`);
  row('trained', training(['executed']));
  row('restored', training(['restored']));
  row('stayed', training(['hit']));
}

/** What the command line tells of a step, before it is run again. */
async function ask(args) {
  const { output } = await nxMl(args);
  console.log(`\n$ npx nx-ml ${args.join(' ')}\n${output.replaceAll(/^(?=.)/gm, '  ').trimEnd()}\n`);
}

function nxMl(args) {
  return startCommand(join(workspace, 'node_modules/.bin/nx-ml'), args, { cwd: workspace, env }).ended;
}

function nxEvaluate() {
  return nx(['run-many', '-t', 'evaluate']);
}

async function nx(args) {
  const program = join(workspace, 'node_modules/.bin/nx');
  const { code, output } = await startCommand(program, [...args, '--output-style=static'], {
    cwd: workspace,
    env,
  }).ended;
  if (code === 0) return output;
  console.error(output);
  process.exit(1);
}

function editFeature(folder) {
  const file = readdirSync(folder).find((name) => /\.mjs$/.test(name) && !/(spec|test)/.test(name));
  const path = join(folder, file);
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n// A change in the shared features.\n`);
}

function editParameter(path) {
  replaceIn(path, /alpha: [\d.]+/, 'alpha: 0.5');
}

function editData(folder) {
  appendFileSync(join(folder, 'corrections.csv'), '1,bodyMassG,3800,a change of one cell for the demo\n');
}

function apply({ file, from, to }) {
  replaceIn(join(workspace, file), from, to);
}

function replaceIn(path, from, to) {
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} has nothing like ${from}`);
  writeFileSync(path, after);
}
