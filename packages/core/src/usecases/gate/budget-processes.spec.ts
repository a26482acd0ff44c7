import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { openFolderStore } from '../../adapters/store-fs/index.js';
import { budgetState } from '../../gate/index.js';
import { seededRng } from '../../kernel/index.js';

const hook = join(__dirname, '../../kernel/testing/typescript-hook.cjs');
const script = join(__dirname, 'testing/gate-process.ts');

/** What a job was told: the question, and the step that its answer took; 0 where none was taken. */
interface Told {
  readonly question: string;
  readonly step: number;
  readonly why: string;
}

describe('32 jobs that ask one test set at once, some killed at random', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'nx-ml-budget-'));
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  function start(who: string, questions: number) {
    const args = [join(base, 'store'), base, who, String(questions)];
    const child = spawn(process.execPath, ['-r', hook, script, ...args], {
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const told = once(child, 'close').then(() => toldIn(Buffer.concat(chunks).toString()));
    return { child, ready: Promise.race([once(child.stdout, 'data'), told]), told };
  }

  const entries = async () => {
    const { journals } = await openFolderStore({ root: join(base, 'store') });
    const [group = ''] = readdirSync(join(base, 'store/journals/gate'));
    const [name = ''] = readdirSync(join(base, 'store/journals/gate', group));
    return journals.read(`gate/${group}/${name}`);
  };

  it('spend no step twice and lose none', async () => {
    const rng = seededRng(32);
    const random = (): number => rng.uint32() / 2 ** 32;
    const jobs = Array.from({ length: 32 }, (_, who) => start(String(who), 8));
    await Promise.all(
      jobs.map(async ({ child, ready }, who) => {
        await ready;
        if (who % 2 === 1) return;
        await sleep(random() * 1500);
        child.kill('SIGKILL');
      }),
    );
    const told = (await Promise.all(jobs.map((job) => job.told))).flat();
    const steps = told.filter(({ step }) => step > 0);
    const state = budgetState((await entries()).map(({ payload }) => payload));
    const taken = [...state.answers.keys()];

    // Each step that somebody was told of is another one, and stands in the journal at its place.
    expect(new Set(steps.map(({ step }) => step)).size).toBe(steps.length);
    for (const { question, step } of steps) expect(taken[step - 1]).toBe(question);
    // More was asked than there are steps, and no more was answered.
    expect(state).toMatchObject({ stepsUsed: 100, left: 0, exhausted: 'steps' });
    expect((await entries()).length).toBe(1 + 100);
    expect(told.filter(({ step }) => step === 0).every(({ why }) => why === 'budget:steps-used')).toBe(true);
    expect(jobs.some(({ child }) => child.signalCode === 'SIGKILL')).toBe(true);

    // Who was killed finds the answers that were given, and nobody spends anything more.
    const again = await start('0', 5).told;
    for (const { question, step } of again) expect(taken[step - 1] ?? question).toBe(question);
    expect((await entries()).length).toBe(1 + 100);
  }, 240_000);

  it.each([
    ['edited', (text: string) => text.replace('"passed":false', '"passed":true')],
    ['deleted', () => undefined],
  ])('are told nothing by a journal that was %s', async (_, change) => {
    await start('first', 3).told;
    const group = join(base, 'store/journals/gate');
    const folder = join(group, readdirSync(group)[0] ?? '');
    const journal = join(folder, readdirSync(folder)[0] ?? '');
    const last = join(journal, '00000003.json');
    const text = change(readFileSync(last, 'utf8'));
    rmSync(last);
    if (text === undefined) rmSync(journal, { recursive: true });
    else writeFileSync(last, text);
    const [told] = await start('second', 1).told;
    expect(told).toMatchObject({ step: 0, why: expect.stringMatching(/^journal:/) as string });
  });
});

function toldIn(output: string): readonly Told[] {
  return output.split('\n').flatMap((line) => {
    const [, question, step, why] = /^answer (\S+) (\d+) ?(.*)$/.exec(line) ?? [];
    return question === undefined ? [] : [{ question, step: Number(step), why: why ?? '' }];
  });
}
