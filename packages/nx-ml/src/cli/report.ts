import { plainText, reportSubject } from '@nx-ml/core/report';
import { parsePrices } from '@nx-ml/core/savings';
import type * as ReportUseCase from '@nx-ml/core/usecases/report';
import type { BaseAsked, ModelReport } from '@nx-ml/core/usecases/report';

import type { AskedQuestions } from '../compose-questions.js';
import { memoryOf, Noted } from '../memory/index.js';
import { forgeAtHand } from '../forge-at-hand.js';
import type { ForgeAtHand } from '../forge-at-hand.js';
import { pluginOptions, readNxJson } from '../plugin-options.js';
import { reportForm, reportFormats } from '../report/report-form.js';
import type { ReportContext, ReportFormat } from '../report/report-form.js';
import { systemClock } from '../system-clock.js';
import { workspaceId } from '../workspace/workspace-id.js';
import { askWhatWouldHappen, findMlProject } from './ask-workspace.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, CliIo, ParsedOptions } from './command.js';
import { packageVersion } from './package-version.js';
import { writeReport } from './report-output.js';
import { findWorkspaceRoot } from './workspace-root.js';

const help = `nx-ml report [PROJECT...] [--base REV|accepted | --from PATH...] [--format FORMAT] [--output FILE] [--post github|gitlab]

One document on the models of the workspace for people: which are others than before and why, their figures before and now
with intervals, slices that moved, what their gates said, plots, and what time it took and the caches saved. Nothing is run,
and no test set is asked; what a gate keeps sealed is not told.

  PROJECT        these models alone; default: all
  --from PATH    nothing is looked up here: tells what other machines reported with --format json. A file, or a folder with such
                 files; may be given more than once. Of a model that several told of, the report that was written last counts.
                 A PROJECT that none told of is named as missing
  --base         what they are put beside: accepted (the default: the accepted models; of a model that has none, what NX_BASE
                 names), or a commit, branch or tag
  --format       markdown (default), html (one page with plots that loads nothing), summary (markdown for the summary of
                 a GitHub job, appended to it), gitlab (markdown for a note), junit, sarif (of GitHub's code scanning), json
  --output FILE  there, not to stdout
  --post         as a comment of the pull or merge request that this job is of: one comment a workspace, edited in place. The
                 token is GITHUB_TOKEN, or GITLAB_TOKEN. With --format or --output the report is written as well
  --name NAME    a comment of its own, for jobs that report on other models of the same request
  --full-page    address of the whole page, for what a comment has no room for; default: the job's
  --no-plots     without drawings and their numbers

Examples
  nx-ml report
  nx-ml report --format html --output report.html
  nx-ml report --base origin/main --post github
  nx-ml report --format summary
  nx-ml report --format json --output reports/3.json      # on each machine; then on one of them:
  nx-ml report --from reports --post github
`;

const options = {
  from: { type: 'string', multiple: true },
  base: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string' },
  post: { type: 'string' },
  name: { type: 'string' },
  'full-page': { type: 'string' },
  'no-plots': { type: 'boolean' },
} as const;

export const report: CliCommand = {
  help,
  async run(args, io) {
    const parsed = parseOptions(args, options, help);
    const { values } = parsed;
    const format = formatOf(values['format']);
    const fullPage = fullPageOf(values['full-page']);
    // What cannot be posted is told before anything is gathered.
    const forge = await forgeOf(values['post']);
    const { root, models, head, missing } = await (parsed.lists['from'] === undefined
      ? gathered(parsed, io)
      : collected(parsed.lists['from'], parsed, io));
    const nxJson = await readNxJson(root);
    const context: ReportContext = {
      prices: parsePrices(pluginOptions(nxJson)?.prices),
      plots: values['no-plots'] !== true,
      ...{ head, missing, fullPage },
      at: new Date(systemClock.now()).toISOString(),
      version: packageVersion(),
    };
    const output = typeof values['output'] === 'string' ? values['output'] : undefined;
    if (forge !== undefined) {
      const name = typeof values['name'] === 'string' ? values['name'] : '';
      await post(forge, { models, context, subject: reportSubject(workspaceId(root, nxJson), name) }, io);
    }
    if (forge === undefined || values['format'] !== undefined || output !== undefined)
      await writeReport(format, { models, context, output }, io);
    return models.some(({ state }) => state === 'broken') ? 1 : 0;
  },
};

function forgeOf(provider: string | boolean | undefined): Promise<ForgeAtHand> | undefined {
  if (provider === undefined) return undefined;
  if (provider === 'github' || provider === 'gitlab') return forgeAtHand(provider, process.env);
  throw usageError(`--post knows no "${String(provider)}": github, gitlab`, help);
}

interface Gathered {
  /** Of the workspace; absolute. */
  readonly root: string;
  readonly models: readonly ModelReport[];
  readonly head: string | undefined;
  /** Models that no machine reported on. */
  readonly missing: readonly string[];
}

/** What there is to tell of the workspace as it is here. */
async function gathered(parsed: ParsedOptions, io: CliIo): Promise<Gathered> {
  const [questions, gather] = await askWhatWouldHappen(io.cwd, () => import('@nx-ml/core/usecases/report'));
  const models = await modelsOf(await projectsAsked(parsed, questions), parsed, questions, gather);
  await refuseUnknownBase(parsed.values['base'], models, questions);
  return { root: questions.root, models, head: await headOf(questions), missing: [] };
}

/** A name that means nothing is a slip; that all models are new would be no news, but wrong. */
async function refuseUnknownBase(
  asked: string | boolean | undefined,
  models: readonly ModelReport[],
  { sourceControl }: AskedQuestions,
): Promise<void> {
  const base = baseOf(asked);
  if (base.kind !== 'commit' || models.some((model) => model.base !== undefined)) return;
  if ((await sourceControl.commit(base.revision)) !== undefined) return;
  throw usageError(`--base "${base.revision}" is no commit, branch or tag of this repository`, help);
}

/** What other machines told: neither Nx's graph nor a store is asked. */
async function collected(
  from: readonly string[],
  { values, positionals }: ParsedOptions,
  io: CliIo,
): Promise<Gathered> {
  if (values['base'] !== undefined)
    throw usageError('--base was decided by the machines whose reports --from names', help);
  const root = findWorkspaceRoot(io.cwd);
  const [{ readReports }, { mergeReports }] = await Promise.all([
    import('./report-from.js'),
    import('@nx-ml/core/usecases/report'),
  ]);
  const { models, missing, heads } = mergeReports(readReports(from, io.cwd), positionals);
  return { root, models, missing, head: heads.length === 0 ? undefined : heads.join(' and ') };
}

interface ReportToPost {
  readonly models: readonly ModelReport[];
  readonly context: ReportContext;
  /** What the comment is about. */
  readonly subject: string;
}

async function post(
  forge: ForgeAtHand,
  { models, context, subject }: ReportToPost,
  io: CliIo,
): Promise<void> {
  const { postReport } = await import('@nx-ml/core/usecases/report');
  const { how, url } = await postReport(
    { of: subject, run: forge.run },
    (marker) => reportForm('markdown', models, context, { marker }),
    forge.comments,
  );
  const told = {
    created: `The report is a comment of ${forge.place}`,
    edited: `The report of ${forge.place} is up to date`,
    stale: `A later run has reported on ${forge.place} already, so nothing was changed`,
  } as const;
  io.write(`${told[how]}${url === undefined ? '' : `: ${plainText(url)}`}\n`);
}

async function modelsOf(
  names: readonly string[],
  { values }: ParsedOptions,
  questions: AskedQuestions,
  { gatherReport }: typeof ReportUseCase,
): Promise<readonly ModelReport[]> {
  const { Forecaster, StepResults } = await import('@nx-ml/core/usecases/plan');
  const { stores, sourceControl } = questions;
  const durations = new Noted(memoryOf<number>(questions.root, 'durations'));
  const deps = {
    ...questions,
    ...{ objects: stores.objects, commits: sourceControl, durations },
    forecaster: new Forecaster(questions),
    results: new StepResults(questions),
  };
  const models: ModelReport[] = [];
  const tell = countOnStderr(names.length);
  for await (const model of gatherReport(names, baseOf(values['base']), deps)) {
    models.push(model);
    tell(models.length);
  }
  durations.keep();
  return models;
}

/** How far a report on many models has come, for whoever waits at a terminal. */
function countOnStderr(all: number): (done: number) => void {
  if (!process.stderr.isTTY || all < 20) return () => undefined;
  return (done) => {
    process.stderr.write(done < all ? `\rreporting  ${String(done)} of ${String(all)} models` : '\r\u001b[K');
  };
}

async function projectsAsked(
  { positionals }: ParsedOptions,
  questions: AskedQuestions,
): Promise<readonly string[]> {
  for (const name of positionals) {
    const { config } = await findMlProject(name, questions);
    if (config.kind !== 'model')
      throw usageError(`${name} is a ${config.kind}, and reports are on models`, help);
  }
  const names = positionals.length === 0 ? questions.workspace.mlProjectNames() : positionals;
  return [...new Set(names)].sort();
}

function formatOf(text: string | boolean | undefined): ReportFormat {
  const format = reportFormats.find((one) => one === (text ?? 'markdown'));
  if (format !== undefined) return format;
  throw usageError(`--format knows no "${String(text)}": ${reportFormats.join(', ')}`, help);
}

function baseOf(text: string | boolean | undefined): BaseAsked {
  if (typeof text === 'string' && text !== 'accepted') return { kind: 'commit', revision: text };
  const named = process.env['NX_BASE'];
  return { kind: 'accepted', otherwise: named === '' ? undefined : named };
}

/** Where a job runs its page has what it leaves. */
function fullPageOf(text: string | boolean | undefined): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, CI_JOB_URL } = process.env;
  if (typeof text !== 'string') {
    if (GITHUB_SERVER_URL !== undefined && GITHUB_REPOSITORY !== undefined && GITHUB_RUN_ID !== undefined)
      return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
    return CI_JOB_URL;
  }
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw usageError(`--full-page takes an http(s) address, not "${text}"`, help);
}

async function headOf({ sourceControl }: AskedQuestions): Promise<string | undefined> {
  const revision = await sourceControl.revision();
  if (revision === undefined) return undefined;
  const { branch, commit, dirty } = revision;
  return `${branch === undefined ? '' : `${branch}@`}${commit.slice(0, 7)}${dirty ? ' with edits' : ''}`;
}
