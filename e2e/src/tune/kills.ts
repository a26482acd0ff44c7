import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { processesIn, startCommand, WorkspaceRig } from '@nx-ml/testing';

const trials = 24;
const parallel = 2;

/** Each trial takes a while, and leaves a line when it begins and one when it is about to end. */
const workspace = {
  'models/m/ml.yaml': `kind: model
params: { x: 0, note: kept }
train: { command: node train.mjs }
tune:
  space: { x: { int: [0, 1000] } }
  objective: { metric: loss, step: train }
  trials: ${String(trials)}
  parallel: ${String(parallel)}
  sampler: random
`,
  'models/m/train.mjs': `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
const run = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
appendFileSync('../../.trace', 'begun ' + run.params.x + '\\n');
await sleep(60);
writeFileSync(run.outputs.model + '/model.json', JSON.stringify(run.params));
writeFileSync(run.outputs.metrics, JSON.stringify({ loss: Math.abs(run.params.x - 300) }));
appendFileSync('../../.trace', 'ended ' + run.params.x + '\\n');
`,
};

interface TrialTold {
  readonly number: number;
  readonly state: string;
  readonly params: { readonly x: number };
  readonly means: readonly number[];
}

interface StudyTold {
  readonly trials: readonly TrialTold[];
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20);
}

/** Kills a study so many times at random moments, and lets it end at last. */
export async function killStudy(kills: number, chance: () => number): Promise<KilledStudy> {
  const rig = await WorkspaceRig.create({ quick: true });
  rig.write(workspace);
  rig.commitAll('start');
  const study = new KilledStudy(rig);
  for (let kill = 0; kill < kills; kill += 1) await study.killOnce(chance);
  return study;
}

export class KilledStudy {
  readonly #rig: WorkspaceRig;
  /** Kills that found a study that was not at its end. */
  kills = 0;
  /** Of every trial that was told of before a kill, what was told. */
  readonly #seen = new Map<number, string>();

  constructor(rig: WorkspaceRig) {
    this.#rig = rig;
  }

  async killOnce(chance: () => number): Promise<void> {
    const before = this.trace().length;
    const { child, ended } = this.#start(['tune', 'm']);
    const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
    await until(() => hasEnded() || this.trace().length > before);
    await sleep(chance() * 250);
    if (!hasEnded()) this.kills += 1;
    child.kill('SIGKILL');
    await ended;
    await until(() => processesIn(this.#rig.root).length === 0); // no trainer outlives its study
    for (const trial of (await this.show()).trials) this.#check(trial);
  }

  /** What a kill left is what was told before, and never more or less. */
  #check({ number, state, params, means }: TrialTold): void {
    if (state === 'asked') return;
    const told = JSON.stringify([state, params, means]);
    if (this.#seen.has(number)) expect(told).toBe(this.#seen.get(number));
    this.#seen.set(number, told);
  }

  async finish(): Promise<readonly TrialTold[]> {
    const { code, output } = await this.#start(['tune', 'm']).ended;
    expect([code, output]).toEqual([
      0,
      expect.stringContaining(`${String(trials)} of ${String(trials)} trials`),
    ]);
    const told = (await this.show()).trials;
    for (const trial of told) this.#check(trial);
    return told;
  }

  /** That no trial is twice, and none is lost; what ran twice was in flight when it was killed. */
  async expectWhole(): Promise<void> {
    const told = await this.finish();
    expect(told.map(({ number, state }) => [number, state])).toEqual(
      Array.from({ length: trials }, (_, number) => [number, 'complete']),
    );
    expect(new Set(told.map(({ params }) => params.x)).size).toBe(trials);
    const begun = this.trace().filter((line) => line.startsWith('begun '));
    expect(new Set(begun).size).toBe(trials);
    expect(begun.length).toBeLessThanOrEqual(trials + this.kills * parallel);
    const before = this.trace().length;
    await this.finish();
    expect(this.trace().length).toBe(before);
  }

  trace(): readonly string[] {
    return this.#rig.exists('.trace') ? this.#rig.read('.trace').trim().split('\n') : [];
  }

  async show(): Promise<StudyTold> {
    const { output } = await this.#start(['tune', 'show', 'm', '--json']).ended;
    return JSON.parse(output) as StudyTold;
  }

  #start(args: readonly string[]): ReturnType<typeof startCommand> {
    const main = realpathSync(join(this.#rig.root, 'node_modules/.bin/nx-ml'));
    const env = this.#rig.environment();
    return startCommand(process.execPath, [main, ...args], { cwd: this.#rig.root, env });
  }

  dispose(): Promise<void> {
    return this.#rig.dispose();
  }
}
