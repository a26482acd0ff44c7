import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

/** What this run was asked to do: project, step, seed, params, and where its inputs and outputs lie. */
export const readRun = () => readJson(process.env.ML_RUN);

export const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
export const writeJson = (file, value) => writeFileSync(file, JSON.stringify(value, null, 2) + '\n');

/** One JSON document a line: simple to stream, to compare and to append to. */
export const readLines = (file) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
export const writeLines = (file, rows) => writeFileSync(file, rows.map(toLine).join(''));
export const appendLine = (file, row) => appendFileSync(file, toLine(row));

const toLine = (row) => JSON.stringify(row) + '\n';
