// Evaluates the exported file in the runtime that will serve it, not the model that Python had in memory.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { judge, metricsOf } from './scores.mjs';
import { readParts } from './table.mjs';

const { inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const { columns, classes } = JSON.parse(readFileSync(join(inputs.model, 'signature.json'), 'utf8'));
const table = readParts(inputs.table);
if (table.columns.join() !== columns.join())
  throw new Error(`the model was trained on ${columns}, and the data has ${table.columns}`);

// The test part: no row of it was seen by training. One thread sums in one order.
const { test } = table;
const session = await InferenceSession.create(join(inputs.model, 'model.onnx'), { intraOpNumThreads: 1 });
const features = Float32Array.from(test.flatMap((row) => row.features));
const { probabilities } = await session.run({
  features: new Tensor('float32', features, [test.length, columns.length]),
});
const judged = test.map((row, i) =>
  judge(row, probabilities.data.subarray(i * classes.length, (i + 1) * classes.length), classes),
);

writeFileSync(outputs.predictions, judged.map((row) => `${JSON.stringify(row)}\n`).join(''));
writeFileSync(outputs.metrics, JSON.stringify(metricsOf(judged)));
