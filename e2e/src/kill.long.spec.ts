import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { processesIn, WorkspaceRig } from '@nx-ml/testing';
import type { ProcessFacts, RunningCommand } from '@nx-ml/testing';

const everything = ['run-many', '-t', 'data', 'train', 'evaluate', '--output-style=static'];
const kinds = ['nx', 'executor', 'trainer'] as const;
type Kind = (typeof kinds)[number];
/** Kills that found their victim alive, of each kind. */
const killsOfEach = 18;
const models = ['first', 'second'];
const seeds = [1, 2];

/** Every step takes a while and writes its output in two halves, so that a kill may fall between them. */
const step = `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
async function writeInHalves(path, line) {
  writeFileSync(path, line.repeat(500));
  await sleep(200);
  appendFileSync(path, line.repeat(500));
}
`;

const workspace = {
  'datasets/rows/ml.yaml': 'kind: dataset\nparams: { round: 0 }\nprepare: { command: node prepare.mjs }\n',
  'datasets/rows/prepare.mjs': `${step}await writeInHalves(join(run.outputs.data, 'rows.txt'), run.params.round + '\\n');\n`,
  ...Object.assign({}, ...models.map(model)),
} as Readonly<Record<string, string>>;

function model(name: string): Readonly<Record<string, string>> {
  const root = `models/${name}`;
  return {
    [`${root}/ml.yaml`]: `kind: model
data: [rows]
params: { name: ${name} }
resources: { memory: 10MB }
train: { command: node train.mjs, seeds: [${seeds.join(', ')}] }
evaluate: { command: node evaluate.mjs }
`,
    [`${root}/train.mjs`]: `${step}
const rows = readFileSync(join(run.inputs.rows, 'rows.txt'), 'utf8').split('\\n');
const line = [run.params.name, run.seed, rows.length, rows[0]].join(' ') + '\\n';
await writeInHalves(join(run.outputs.model, 'model.txt'), line);
writeFileSync(run.outputs.metrics, JSON.stringify({ loss: 1 / run.seed }));
`,
    [`${root}/evaluate.mjs`]: `${step}
const lines = readFileSync(join(run.inputs.model, 'model.txt'), 'utf8').trim().split('\\n');
await sleep(100);
writeFileSync(run.outputs.metrics, JSON.stringify({ lines: lines.length, round: Number(lines[0].split(' ')[3]) }));
`,
  };
}

/** What train.mjs has to have written. */
function expectedModel(name: string, seed: number, round: number): string {
  return `${name} ${String(seed)} 1001 ${String(round)}\n`.repeat(1000);
}

/** A seeded generator, so that a failing round can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('SIGKILL at random moments', () => {
  const chance = random(20_261_124);
  let rig: WorkspaceRig;
  let env: Readonly<Record<string, string>>;
  /** Milliseconds of an undisturbed run. */
  let wholeRun: number;
  let round = 0;

  beforeAll(async () => {
    rig = await WorkspaceRig.create();
    env = { NX_ML_SLOTS_DIR: join(rig.home, 'slots'), NX_ML_PARALLEL: '2' };
    rig.write(workspace);
    rig.commitAll('start');
    wholeRun = (await rig.nx(everything, { env })).durationMs;
  });

  afterAll(() => rig.dispose());

  it.each(kinds)(
    `of the %s, ${String(killsOfEach)} times: a rerun is right, and nothing is left over`,
    async (kind) => {
      let killed = 0;
      for (let attempt = 0; killed < killsOfEach; attempt += 1) {
        expect(attempt).toBeLessThan(3 * killsOfEach); // else the victims are never found
        round += 1;
        rig.edit('datasets/rows/ml.yaml', (text) => text.replace(/round: \d+/, `round: ${String(round)}`));
        killed += (await killDuringRun(kind)) ? 1 : 0;
        await until(() => processesIn(rig.root).length === 0); // no trainer outlives its executor
        const states = await rig.tasks(everything, { env });
        expect(Object.keys(states)).toHaveLength(1 + 2 * models.length);
        for (const state of Object.values(states)) expect(['executed', 'restored', 'hit']).toContain(state);
        expectRightResults();
        expect(damagedObjects(rig)).toEqual([]);
        expect(heldLocks()).toEqual([]);
        expect(readdirSync(join(rig.root, '.nx-ml/runs'))).toEqual([]);
      }
    },
    1_200_000,
  );

  /** @returns whether the victim was alive. */
  async function killDuringRun(kind: Kind): Promise<boolean> {
    const nx = rig.start(everything, { env });
    const hasEnded = (): boolean => nx.child.exitCode !== null || nx.child.signalCode !== null;
    const victim = (): number | undefined => pick(victimsOf(kind, nx));
    await until(() => hasEnded() || victim() !== undefined);
    await sleep(chance() * (kind === 'nx' ? 0.9 : 0.5) * wholeRun);
    if (kind === 'trainer') await until(() => hasEnded() || victim() !== undefined);
    const pid = hasEnded() ? undefined : victim();
    const found = pid !== undefined && kill(pid);
    await nx.ended;
    return found;
  }

  /** Process ids; a negative one is a whole group. */
  function victimsOf(kind: Kind, nx: RunningCommand): readonly number[] {
    const main = nx.child.pid ?? 0;
    if (kind === 'nx') return [main];
    const all = processesIn(rig.root);
    const executors = all.filter((each) => each.parent === main && isExecutor(each));
    if (kind === 'executor') return executors.map(({ pid }) => pid);
    return all.filter(({ cwd }) => cwd !== rig.root).flatMap(({ pid, group }) => [pid, -group]);
  }

  function pick(pids: readonly number[]): number | undefined {
    return pids[Math.floor(chance() * pids.length)];
  }

  function expectRightResults(): void {
    for (const name of models) {
      const trained = manifestOf(name, 'train');
      expect(trained.runs.map(({ seed }) => seed)).toEqual(seeds);
      for (const { seed, outputs } of trained.runs) {
        const tree = JSON.parse(readObject(rig, outputs.model?.digest ?? '')) as {
          readonly entries: readonly { readonly digest: string }[];
        };
        expect(tree.entries).toHaveLength(1);
        expect(readObject(rig, tree.entries[0]?.digest ?? '')).toBe(expectedModel(name, seed, round));
      }
      expect(manifestOf(name, 'evaluate').metrics).toMatchObject({
        lines: { mean: 1000 },
        round: { mean: round },
      });
    }
  }

  function manifestOf(name: string, stepName: string): Manifest {
    return JSON.parse(rig.read(`.nx-ml/manifests/${name}/${stepName}.manifest.json`)) as Manifest;
  }

  /** Locks, leases and claims that a later run would have to wait for: nothing runs now, so there must be none. */
  function heldLocks(): readonly string[] {
    const folder = env['NX_ML_SLOTS_DIR'] ?? '';
    const holders = existsSync(folder)
      ? entriesBelow(folder).map((path) => [path, holderIn(path)] as const)
      : [];
    return holders.flatMap(([path, pid]) => (existsSync(`/proc/${pid}`) ? [`${path} ${pid}`] : []));
  }
});

interface Manifest {
  readonly metrics: unknown;
  readonly runs: readonly {
    readonly seed: number;
    readonly outputs: Readonly<Record<string, { readonly digest: string }>>;
  }[];
}

function isExecutor({ command }: ProcessFacts): boolean {
  return command.includes('run-batch');
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false; // it ended just before
  }
}

function entriesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The process that a lock names: a link in its target, a lease in its name, a claim in its text. */
function holderIn(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const text = /^(lease|new)\./.test(name) ? name.replace(/^\w+\./, '') : linkOrText(path);
  return /^\d+/.exec(text)?.[0] ?? 'self';
}

function linkOrText(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return readFileSync(path, 'utf8');
  }
}

function objectsFolder(rig: WorkspaceRig): string {
  return join(rig.home, '.cache/nx-ml/store/objects/sha256');
}

function readObject(rig: WorkspaceRig, digest: string): string {
  const hex = digest.replace('sha256:', '');
  return readFileSync(join(objectsFolder(rig), hex.slice(0, 2), hex.slice(2)), 'utf8');
}

function damagedObjects(rig: WorkspaceRig): readonly string[] {
  const folder = objectsFolder(rig);
  return readdirSync(folder).flatMap((prefix) =>
    readdirSync(join(folder, prefix)).filter((name) => {
      const bytes = readFileSync(join(folder, prefix, name));
      return createHash('sha256').update(bytes).digest('hex') !== `${prefix}${name}`;
    }),
  );
}

/** Waits for a condition; the generous limit is there to end a broken run, not to measure. */
async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 3000; attempt += 1) {
    if (condition()) return;
    await sleep(20);
  }
  throw new Error('waited a minute in vain');
}
