/**
 * A job that asks one test set: `gate-process.ts <store> <workspace> <who> <questions>`. Each question is of its own, and 100 steps
 * are for all. Prints `ready`, then for each question `answer <question> <state> <step>` as soon as it is given.
 */
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { openFolderStore } from '../../../adapters/store-fs/index.js';
import { writeDerivedFile } from '../../../adapters/workspace-fs/index.js';
import { Evaluation, readExamples } from '../../../evaluation/index.js';
import type { PredictionsFile } from '../../../evaluation/index.js';
import { digestOf } from '../../../kernel/index.js';
import type { GatePolicy } from '../../../gate/index.js';
import { policy as usual } from '../../../gate/testing/budgets.js';
import type { SourceTree } from '../../../imports/index.js';
import { Hearing } from '../hearing.js';
import type { HearingDeps } from '../hearing.js';

const policy: GatePolicy = { ...usual, testSet: 'shared' };

function file(text: string): PredictionsFile {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    read: async function* (start, end) {
      await Promise.resolve();
      yield bytes.subarray(start, end);
    },
  };
}

async function evaluation(right: number): Promise<Evaluation> {
  const rows = Array.from({ length: 40 }, (_, id) => JSON.stringify({ id, correct: id < right }));
  return new Evaluation(await readExamples(file(rows.join('\n')), 'spec', 'jsonl'));
}

async function main([store = '', root = '', who = '', count = '']: readonly string[]): Promise<void> {
  const stores = await openFolderStore({ root: store });
  const [candidate, baseline] = await Promise.all([evaluation(30), evaluation(30)]);
  const rows = Int32Array.from({ length: 40 }, (_, row) => row);
  const model = {
    model: { kind: 'file', digest: digestOf('model'), size: 1, files: 1 },
    metrics: {},
  } as const;
  const contest = {
    candidate: { ...model, evaluation: candidate },
    baseline: { ...model, evaluation: baseline, pairs: { candidate: rows, baseline: rows } },
  };
  const deps: HearingDeps = {
    stores,
    workspaceId: 'team',
    clock: { now: () => Date.now(), monotonic: () => 0 },
    workspace: {
      tree: {
        readText: (path: string) =>
          existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined,
      } as SourceTree,
    },
    writer: {
      write: (path, bytes) => {
        writeDerivedFile(join(root, path), bytes);
        return Promise.resolve();
      },
    },
  };
  writeSync(1, 'ready\n');
  for (let index = 0; index < Number(count); index += 1) {
    const reading = {
      kind: 'ready',
      contest,
      testSet: digestOf('set'),
      candidate: digestOf(`${who} ${String(index)}`),
      baseline: digestOf('baseline'),
      compared: { ...model, predictions: undefined },
    } as const;
    const input = {
      project: 'm',
      policy,
      candidate: { ...model, seed: 1, params: {}, predictions: undefined },
      accepted: { kind: 'none' },
      options: {},
      lookOnly: false,
    } as const;
    const { verdict, asked } = await new Hearing(input, reading, deps).answer();
    const why = verdict.reasons.map(({ code, what }) => `${code}:${what ?? ''}`).join(',');
    writeSync(1, `answer ${asked?.question ?? ''} ${String(verdict.budget?.step ?? 0)} ${why}\n`);
  }
}

void main(process.argv.slice(2));
