// What trains after which change, and what a gate says of new versions.
import { appendFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { apply, git, indented, models, nx, nxMl, replaceIn, show, workspace } from './workspace.mjs';

const { newVersions, taskStates } = createRequire(import.meta.url)('../../packages/testing/dist/index.js');

const evaluate = ['run-many', '-t', 'evaluate'];

export async function trainAll() {
  console.log('\n$ npx nx run-many -t evaluate\n');
  for (const line of (await nx(evaluate)).split('\n'))
    if (/^\S+:(data|train|evaluate) {2}/.test(line)) console.log(`  ${line}`);
}

/** One thing at a time. */
export async function changeThings() {
  await change('one feature file, shared by the two penguin models', 'libs/penguin-features', editFeature);
  await change(
    'one parameter: alpha of the spam filter',
    'models/spam-filter/ml.yaml',
    editParameter,
    'spam-filter',
  );
  await change('one README', 'models/digit-reader/README.md', (path) =>
    writeFileSync(join(workspace, path), '# Digits\n\nEdited.\n'),
  );
  await change('one row of data: a correction of a penguin', 'datasets/penguins', editData);
  await show(['runs', 'spam-filter']);
  git('checkout', '--quiet', '--', 'models', 'libs', 'datasets');
}

async function change(title, file, edit, asked) {
  console.log(`\n${title}  (${file})`);
  edit(file);
  if (asked !== undefined) await show(['why', asked]);
  const states = taskStates(await nx(evaluate));
  const training = (wanted) => models().filter((name) => states[`${name}:train`] === wanted);
  for (const [label, state] of Object.entries({ trained: 'executed', restored: 'restored', stayed: 'hit' }))
    console.log(`  ${label.padEnd(10)}${training(state).join('  ') || '-'}`);
}

function editFeature(folder) {
  const file = readdirSync(join(workspace, folder)).find(
    (name) => /\.mjs$/.test(name) && !/(spec|test)/.test(name),
  );
  const path = join(workspace, folder, file);
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n// A change in the shared features.\n`);
}

function editParameter(path) {
  replaceIn(path, /alpha: [\d.]+/, 'alpha: 0.5');
}

function editData(folder) {
  appendFileSync(
    join(workspace, folder, 'corrections.csv'),
    '1,bodyMassG,3800,a change of one cell for the demo\n',
  );
}

/** What was committed is judged by its floors, packaged, and made the champion. */
export async function promoteAll() {
  console.log('\nThe gate. First each model as it was committed is judged by its floors and promoted.\n');
  const output = await nx(['run-many', '-t', 'promote']);
  for (const line of output.split('\n'))
    if (/^\S+:(package|promote) {2}/.test(line)) console.log(`  ${line}`);
}

/** Four new versions: one better, one no better, one that loses a slice, one that too few examples can tell from the old. */
export async function judgeNewVersions() {
  console.log('\nThen each has a new version:\n');
  for (const version of newVersions) {
    console.log(`  ${version.file}  ${version.from} → ${version.to}`);
    apply(version);
  }
  await nx(evaluate);
  const { code, output } = await nxMl(['gate', 'run']);
  console.log(`\n$ npx nx-ml gate run\n\n${indented(output)}\n`);
  const missing = newVersions.map(({ answer }) => answer).filter((answer) => !output.includes(answer));
  if (code !== 4 || missing.length > 0) throw new Error(`the gate did not say ${missing.join(', ')}`);
  await show(['gate', 'budget']);
}
