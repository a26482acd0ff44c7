import { isMlError } from '@nx-ml/core/kernel';
import type { GateState } from '@nx-ml/core/gate';
import type { TaskEnd, TaskOutcome } from '@nx-ml/core/usecases/run';

import { stepText } from '../../report/step-text.js';
import { errorJson } from '../json-lines.js';
import { parseOptions } from '../command.js';
import type { CliCommand } from '../command.js';
import { withGate } from './at-hand.js';

const help = `nx-ml gate run [PROJECT...] [--json]

Judges whether a model may replace the accepted one, by the "gate:" of its ml.yaml, and says why. What is judged is the model
that "evaluate" last made predictions with; the accepted model is evaluated by the same code on the same data, unless that is
known. An answer spends a step of the test set's budget; the same question again is the same answer and costs nothing. The
target "gate" does the same behind train and evaluate: nx affected -t gate.

Ends with 0 where all pass, 3 where one fails, 4 where one is inconclusive, 5 where the evidence of one is invalid (the
largest counts), and 1 or 2 for errors.

  PROJECT   these models; default: all that have a gate
  --json    one JSON object a line: {project, verdict, known}

Examples
  nx run spam-filter:evaluate && nx-ml gate run spam-filter
  nx-ml gate run --json
`;

export const exitCodes: Readonly<Record<GateState, number>> = {
  pass: 0,
  fail: 3,
  inconclusive: 4,
  invalid: 5,
};

export const gateRun: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    return withGate({ cwd: io.cwd, names: positionals, help }, async (gate) => {
      const { runSteps } = await import('@nx-ml/core/usecases/run');
      const tasks = gate.models.map(({ project }) => ({
        id: `${project}:gate`,
        dependsOn: [],
        ref: { project, step: 'gate' } as const,
      }));
      const codes: number[] = [];
      for await (const end of runSteps({ tasks, parallel: gate.parallel, deps: gate, signal: gate.signal })) {
        io.write(values['json'] === true ? endJson(end) : endText(end));
        codes.push(codeOf(end));
      }
      return codes.includes(1) ? 1 : Math.max(...codes);
    });
  },
};

function codeOf({ outcome }: TaskEnd): number {
  return outcome.state === 'judged' ? exitCodes[outcome.answer.verdict.state] : 1;
}

function endText({ task, outcome, startTime, endTime }: TaskEnd): string {
  return stepText(task.id, outcome, endTime - startTime);
}

function endJson({ task, outcome }: TaskEnd): string {
  return `${JSON.stringify({ project: task.ref.project, ...outcomeJson(outcome) })}\n`;
}

function outcomeJson(outcome: TaskOutcome): object {
  if (outcome.state === 'judged') {
    const { verdict, asked } = outcome.answer;
    return { verdict, known: asked?.known ?? false };
  }
  if (outcome.state !== 'failed') return { state: outcome.state };
  if (!isMlError(outcome.error)) throw outcome.error;
  return { error: errorJson(outcome.error) };
}
