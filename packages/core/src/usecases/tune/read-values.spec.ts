import { writeFileSync } from 'node:fs';

import type { RunDocument } from '../../manifest/index.js';
import { exited } from '../testing/fake-machine.js';
import { leaveResults, openOn, removeTuned, tunedMachine, tuneOn } from './testing/tuned-workspace.js';

afterEach(removeTuned);

const more = 'evaluate: { command: node evaluate.mjs }\n';
const tune = (objective: string): string =>
  `{ space: { x: { int: [0, 9] } }, objective: ${objective}, trials: 3, sampler: random, maxFailures: 0 }`;

/** Right on so many of ten examples of a split. */
function rowsOf(split: string, right: number): readonly object[] {
  return Array.from({ length: 10 }, (_, id) => ({ id: `${split}${String(id)}`, split, correct: id < right }));
}

function machineThat(objective: string, predict: (run: RunDocument) => readonly object[]) {
  const machine = tunedMachine(tune(objective), { more });
  machine.engine.script = (run) => {
    leaveResults(run, { rows: 1, validation: { loss: Number(run.params['x']) } });
    if (run.step === 'evaluate')
      writeFileSync(
        run.outputs.predictions,
        predict(run)
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(''),
      );
    return exited(0);
  };
  return machine;
}

describe('what a trial measured', () => {
  it('is a measure of the rows that are not of the test set', async () => {
    const machine = machineThat('accuracy', ({ params }) => [
      ...rowsOf('validation', Number(params['x'])),
      ...rowsOf('test', 10 - Number(params['x'])),
    ]);
    const { study, executed } = await tuneOn(machine);
    expect(executed).toBe(6);
    for (const { values, seeds } of study.trials()) {
      expect(seeds[0]?.values).toEqual([Number(values['x']) / 10]);
      expect(seeds[0]?.runs).toHaveLength(2);
    }
  });

  it('is of the split that is named', async () => {
    const machine = machineThat('{ metric: accuracy, split: dev }', () => [
      ...rowsOf('dev', 3),
      ...rowsOf('validation', 9),
    ]);
    const { study } = await tuneOn(machine);
    expect(study.trials()[0]?.seeds[0]?.values).toEqual([0.3]);
  });

  it('is a number of metrics.json by its name', async () => {
    const machine = machineThat('metrics.validation.loss', () => rowsOf('test', 5));
    const { study } = await tuneOn(machine);
    for (const { values, seeds } of study.trials()) expect(seeds[0]?.values).toEqual([values['x']]);
  });

  it.each([
    ['accuracy', 'predictions of the test set alone'],
    ['log_loss', 'predictions of the test set alone'],
    ['metrics.dev.loss', 'evaluate wrote no dev.loss'],
  ])('is nothing else: %s has none', async (objective, why) => {
    const machine = machineThat(objective, () => rowsOf('test', 5));
    await expect(tuneOn(machine)).rejects.toMatchObject({ code: 'ERR_ML_TUNE_FAILED' });
    expect((await openOn(machine)).trials()[0]?.failure).toMatchObject({
      code: 'ERR_ML_TUNE_OBJECTIVE',
      message: expect.stringContaining(why) as string,
    });
  });
});
