import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { exited } from '../../testing/fake-machine.js';
import type { FakeMachine, Script } from '../../testing/fake-machine.js';
import { newWorkspace, run, task } from '../../testing/small-workspace.js';
import type { GateAnswer } from '../gate-answer.js';

/** How a model answers example `index`. */
export type Answers = (index: number) => { readonly correct: boolean; readonly [key: string]: unknown };

export interface Examinee {
  /** Named by the parameter `version` that the model was trained with. */
  readonly answers: Readonly<Record<string, Answers>>;
  readonly examples: number;
}

/**
 * A machine whose model m keeps the parameter `version` that it was trained with, and whose evaluation answers as that version does.
 *
 * @param gate the lines under `gate:` of its ml.yaml, or a metric.
 */
export function gatedModel(
  { answers, examples }: Examinee,
  gate: string,
  shared: Parameters<typeof newWorkspace>[0] = {},
): FakeMachine {
  const machine = newWorkspace(shared);
  machine.engine.script = examine({ answers, examples });
  setVersion(machine, 'old', gate);
  return machine;
}

export function setVersion(machine: FakeMachine, version: string, gate: string): void {
  machine.write({
    'models/m/ml.yaml': `kind: model\ndata: [clean]\nparams: { version: ${version} }\ntrain: { command: node train.mjs }\nevaluate: { command: node evaluate.mjs, metrics: optional }\ngate:${gate}\n`,
  });
}

export const chain = [
  task('rows', 'data'),
  task('clean', 'data', ['rows:data']),
  task('m', 'train', ['clean:data']),
  task('m', 'evaluate', ['m:train']),
  task('m', 'gate', ['m:evaluate']),
];

/** Brings all before the gate up to date, and asks it. @throws what the first task that fails throws */
export async function judged(machine: FakeMachine): Promise<GateAnswer> {
  const outcomes = await run(machine, chain);
  for (const outcome of Object.values(outcomes)) if (outcome.state === 'failed') throw outcome.error;
  const outcome = outcomes['m:gate'];
  if (outcome?.state === 'judged') return outcome.answer;
  throw new Error(`not judged: ${String(outcome?.state)}`);
}

function examine({ answers, examples }: Examinee): Script {
  return ({ step, params, inputs, outputs }) => {
    if (step === 'train') {
      writeFileSync(join(outputs.model ?? '', 'version'), JSON.stringify(params['version']));
      writeFileSync(outputs.metrics, '{"size": 1}');
    } else if (step === 'evaluate') {
      const version = JSON.parse(readFileSync(join(inputs['model'] ?? '', 'version'), 'utf8')) as string;
      const answer = answers[version];
      if (answer === undefined) return exited(1);
      const rows = Array.from({ length: examples }, (_, id) => JSON.stringify({ id, ...answer(id) }));
      writeFileSync(outputs.predictions, `${rows.join('\n')}\n`);
    } else {
      writeFileSync(join(outputs.data ?? '', 'rows.csv'), 'a\n');
      writeFileSync(outputs.metrics, '{"rows": 1}');
    }
    return exited(0);
  };
}
