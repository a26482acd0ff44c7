// Writes docs/affected-matrix.md from what e2e/src/matrix.spec.ts saw on real Nx and left in .tmp/affected-matrix.json.
//   node tools/reference/matrix.mjs           write the page
//   node tools/reference/matrix.mjs --check   fail when the page tells something else
import { readFileSync, writeFileSync } from 'node:fs';

const page = new URL('../../docs/affected-matrix.md', import.meta.url);
const record = new URL('../../.tmp/affected-matrix.json', import.meta.url);

const datasets = ['raw', 'clean', 'rows'];
const models = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'];
const signs = { executed: '●', restored: '○', hit: '·' };

const groups = JSON.parse(readFileSync(record, 'utf8'));
const text = [
  ...introduction(groups.flatMap(({ cases }) => cases)),
  ...groups.flatMap(section),
  ...withoutBase(),
].join('\n');

if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/affected-matrix.md is not what was seen: run node tools/reference/matrix.mjs');
  process.exit(1);
}

function introduction(cases) {
  const idle = cases.filter(({ runs }) => runs.length === 0).length;
  return [
    '# What runs after which change',
    '',
    'Seen on real Nx, with nx-ml installed from its packages, by `e2e/src/matrix.spec.ts`; this page is generated from what it',
    `saw. ${cases.length} kinds of change, each made to a workspace in which everything is up to date. After ${idle} of them no command`,
    'runs; after the others, exactly those shown. Every result that is another than before then equals, byte for byte, what',
    'the same files give in an empty store with Nx’s cache skipped, where changes that share neither a file nor a result are',
    'made at once; no other result changes.',
    '',
    '| sign | meaning |',
    '| --- | --- |',
    '| ● | the command runs |',
    '| ○ | no command: nx-ml finds the result by its run key, or brings given data into the store |',
    '| · | a hit in Nx’s own cache: nx-ml is not even started |',
    '| – | Nx was not asked for it |',
    '',
    'A dataset has one step; a model has two, train and evaluate, in this order.',
    '',
    '| project | what it is |',
    '| --- | --- |',
    '| raw, clean, rows | files that git holds; what a command prepares from them; data behind a pointer |',
    '| alpha | two seeds, imports `libs/features`, reads clean |',
    '| beta | parameters in a file of their own, packaged, reads clean |',
    '| gamma | reads the model of alpha |',
    '| delta | Python, its shared library three imports away, one declared variable, reads clean |',
    '| epsilon | imports an npm package, reads rows |',
    '| zeta | an import that only a parameter resolves, into `libs/plugins`, reads clean |',
    '',
  ];
}

/** No case of the tables, since no task comes to run. */
function withoutBase() {
  return [
    '## Affected since a commit that is not there',
    '',
    'In a shallow clone without the base, `nx affected` ends with git’s error and runs nothing. `nx-ml plan --base` says how to',
    'bring it: `git fetch --unshallow` with all branches, or `fetch-depth: 0` in GitHub Actions. `e2e/src/questions.spec.ts` does',
    'as it is told.',
    '',
  ];
}

function section({ title, cases }) {
  const columns = ['change', ...datasets, ...models, 'commands', 'why'];
  return [`## ${title}`, '', row(columns), row(columns.map(() => '---')), ...cases.map(caseRow), ''];
}

function caseRow({ change, remark, states, runs }) {
  const cell = (steps) => steps.map((step) => signs[states[step]] ?? '–').join(' ');
  return row([
    change,
    ...datasets.map((name) => cell([`${name}:data`])),
    ...models.map((name) => cell([`${name}:train`, `${name}:evaluate`])),
    String(runs.length),
    remark ?? '',
  ]);
}

function row(cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
