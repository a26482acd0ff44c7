import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, readRun, writeLines } from '../../libs/run-io/index.mjs';
import { split } from '../../libs/splits/index.mjs';
import { correct, parseCorrections } from './corrections.mjs';

const { outputs } = readRun();
const source = new URL('../data/penguins.json', import.meta.resolve('vega-datasets'));

const penguins = readJson(source).map((row, index) => ({
  id: `penguin-${index + 1}`,
  species: row['Species'],
  island: row['Island'],
  sex: row['Sex']?.toLowerCase() ?? null,
  beakLengthMm: row['Beak Length (mm)'],
  beakDepthMm: row['Beak Depth (mm)'],
  flipperLengthMm: row['Flipper Length (mm)'],
  bodyMassG: row['Body Mass (g)'],
}));

correct(penguins, parseCorrections(readFileSync('corrections.csv', 'utf8')));
const complete = penguins.filter((penguin) => Object.values(penguin).every((value) => value !== null));

// Split by the number of the row, not by its content: a correction must not move a penguin to another part.
for (const [part, rows] of Object.entries(split(complete, ({ id }) => id))) {
  writeLines(join(outputs.data, `${part}.jsonl`), rows);
}
