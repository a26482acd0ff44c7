import type { Shard } from '@nx-ml/core/scheduler';
import type { MlProject } from '@nx-ml/core/usecases';

import type { AskedQuestions } from '../compose-questions.js';
import { affectedProjects } from './affected-projects.js';
import { askWhatWouldHappen } from './ask-workspace.js';
import { tellNotice } from './base.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, ParsedOptions } from './command.js';
import { findBase } from './find-base.js';
import type { MachineKind, Machines } from './shard-units.js';
import { readShards, shardsText } from './shards-document.js';
import type { ShardsDocument } from './shards-document.js';

const help = `nx-ml shards [--base REF | --target REF] [--count N] [--runner LABELS] [--gpu-runner LABELS]
              [--memory-runner LABELS --memory-from SIZE] [--environments NAMES] [--json]
nx-ml shards --read FILE --shard N [--kind KIND]

Deals the models that a change affects out to machines: about equally long by earlier runs, and each on a kind of machine that
has what its ml.yaml asks for under "resources". Models that are made of one another stay together. Without --base and --target
it is the base of nx-ml base, and models that are not accepted yet are among them. Nothing is run.

  --base REF              models affected since REF
  --target REF            models affected since this commit parted from REF: of a pull request
  --count N               about how many machines; default 1. Each kind gets one at least
  --runner LABELS         labels of the usual machines, separated by commas; default: ubuntu-latest
  --gpu-runner LABELS     of those for models with gpu
  --memory-runner LABELS  of those for models that ask for much memory
  --memory-from SIZE      how much that is: 14GB
  --environments NAMES    those that are deployed to after it, separated by commas: others that services name are told
  --json                  one JSON document: {base, projects, accept, package, promote, deploy: {ENVIRONMENT: services},
                          include: [{shard, of, kind, runner, projects, expectedMs}]}; include is a matrix of GitHub Actions.
                          accept, package and promote are models for the job of that name: to accept are those with a gate that
                          are not packaged, to promote those with both
  --read FILE             print the projects of one shard of such a document; nothing where there are not so many
  --shard N               which, counted from 1, among those of --kind (default: of any kind)

Examples
  nx-ml shards --count 4
  nx-ml shards --target origin/main --count 4 --gpu-runner self-hosted,gpu --json > shards.json
  nx run-many -t evaluate --projects="$(nx-ml shards --read shards.json --shard 2)"
`;

const options = {
  base: { type: 'string' },
  target: { type: 'string' },
  count: { type: 'string' },
  runner: { type: 'string' },
  'gpu-runner': { type: 'string' },
  'memory-runner': { type: 'string' },
  'memory-from': { type: 'string' },
  environments: { type: 'string' },
  json: { type: 'boolean' },
  read: { type: 'string' },
  shard: { type: 'string' },
  kind: { type: 'string' },
} as const;

export const shards: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    if (positionals.length > 0) throw usageError('nx-ml shards takes no arguments', help);
    if (values['read'] !== undefined) {
      io.write(projectsOf(values));
      return 0;
    }
    const document = await dealOut(values, io.cwd);
    io.write(values['json'] === true ? `${JSON.stringify(document)}\n` : shardsText(document));
    return 0;
  },
};

type Values = ParsedOptions['values'];

async function dealOut(values: Values, cwd: string): Promise<ShardsDocument> {
  const [count, machines] = [wholeNumber(values, 'count') ?? 1, await machinesIn(values)];
  const [questions, { Forecaster, planWorkspace }] = await askWhatWouldHappen(
    cwd,
    () => import('@nx-ml/core/usecases/plan'),
  );
  const forecaster = new Forecaster(questions);
  const { base, because, models: names } = await meant(values, questions, forecaster);
  const models = names.flatMap((name) => modelNamed(name, questions));
  const [{ planShards }, { shardUnits }, { laterJobs, servicesIn }] = await Promise.all([
    import('@nx-ml/core/scheduler'),
    import('./shard-units.js'),
    import('./later-jobs.js'),
  ]);
  const services = servicesIn(questions.workspace);
  await tellUnserved(services, values['environments']);
  const planned = await planWorkspace(
    models.map(({ name }) => name),
    { ...questions, forecaster },
  );
  const dealt = planShards(shardUnits(models, planned, machines), count);
  return {
    formatVersion: 1,
    base,
    because,
    projects: models.map(({ name }) => name).join(','),
    ...laterJobs(models, services),
    include: dealt.map((shard, at) => included(shard, { at, of: dealt.length, values })),
  };
}

function included(
  { runner, projects, expectedMs }: Shard,
  { at, of, values }: { readonly at: number; readonly of: number; readonly values: Values },
): ShardsDocument['include'][number] {
  const labels = labelsOf(values, runner === 'default' ? 'runner' : `${runner}-runner`) ?? ['ubuntu-latest'];
  return {
    shard: at + 1,
    of,
    kind: runner,
    runner: labels,
    projects: projects.join(','),
    ...(expectedMs === undefined ? {} : { expectedMs }),
  };
}

/** A pipeline is a file, and workspaces grow: an environment that it has no job for would never be deployed to. */
async function tellUnserved(
  services: readonly MlProject[],
  known: string | boolean | undefined,
): Promise<void> {
  if (typeof known !== 'string') return;
  const { environmentsOf, isOnlyHere } = await import('./later-jobs.js');
  const names = known.split(',');
  for (const environment of environmentsOf(services))
    if (!names.includes(environment.name) && !isOnlyHere(environment))
      process.stderr.write(
        `Nothing deploys ${environment.services.join(', ')} to ${environment.name} here: nx generate nx-ml:ci writes a job for it.\n`,
      );
}

/** Names of the projects that are meant, models or not, sorted. */
async function meant(
  { base, target }: Values,
  questions: AskedQuestions,
  forecaster: Parameters<typeof findBase>[0]['forecaster'],
): Promise<{
  readonly base: string;
  readonly because: ShardsDocument['because'];
  readonly models: readonly string[];
}> {
  if (base !== undefined && target !== undefined)
    throw usageError('--base and --target exclude one another', help);
  const found =
    typeof base === 'string'
      ? ({ base, because: 'given', models: [] } as const)
      : await findBase({ ...(typeof target === 'string' ? { target } : {}), questions, forecaster });
  if ('notice' in found) tellNotice(found);
  const affected = await affectedProjects({ root: questions.root, base: found.base });
  const open = found.models.filter(({ state }) => state !== 'settled').map(({ project }) => project);
  return { ...found, models: [...new Set([...affected, ...open])].sort() };
}

/** A model; a broken ml.yaml counts, so that its run tells what is wrong. */
function modelNamed(name: string, { workspace }: AskedQuestions): readonly MlProject[] {
  const project = workspace.mlProjectNames().includes(name) ? workspace.mlProject(name) : undefined;
  return project?.config.kind === 'model' ? [project] : [];
}

async function machinesIn(values: Values): Promise<Machines> {
  const kinds = (['gpu', 'memory'] as const).filter(
    (kind) => labelsOf(values, `${kind}-runner`) !== undefined,
  );
  const from = values['memory-from'];
  if ((from === undefined) === kinds.includes('memory'))
    throw usageError('--memory-runner and --memory-from need one another', help);
  const { parseBytes } = await import('@nx-ml/core/manifest');
  const memoryFrom = from === undefined ? Infinity : parseBytes(from as string);
  if (memoryFrom === undefined)
    throw usageError(`--memory-from takes a size such as 14GB, not "${String(from)}"`, help);
  return { kinds: new Set<MachineKind>(kinds), memoryFrom };
}

function labelsOf(values: Values, option: string): readonly string[] | undefined {
  const text = values[option];
  if (typeof text !== 'string') return undefined;
  const labels = text.split(',').map((label) => label.trim());
  if (labels.every((label) => label !== '')) return labels;
  throw usageError(`--${option} takes labels separated by commas, not "${text}"`, help);
}

function wholeNumber(values: Values, option: string): number | undefined {
  const text = values[option];
  if (typeof text !== 'string') return undefined;
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw usageError(`--${option} takes a whole number from 1 to 999, not "${text}"`, help);
}

function projectsOf(values: Values): string {
  const at = wholeNumber(values, 'shard');
  if (at === undefined) throw usageError('--read needs --shard', help);
  const { include } = readShards(values['read'] as string);
  const asked = include.filter(({ kind }) => values['kind'] === undefined || kind === values['kind']);
  const found = asked[at - 1];
  return found === undefined ? '' : `${found.projects}\n`;
}
