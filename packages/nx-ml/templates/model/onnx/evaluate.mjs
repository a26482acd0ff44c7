// Evaluates the exported file in the runtime that will serve it, not the model that Python had in memory.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { judge, metricsOf } from './scores.mjs';
import { readParts } from './table.mjs';

const { inputs, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));
const { columns, classes } = JSON.parse(readFileSync(join(inputs.model, 'signature.json'), 'utf8'));
const parts = readParts(inputs.table);
if (parts.columns.join() !== columns.join())
  throw new Error(`the model was trained on ${columns}, and the data has ${parts.columns}`);

// One thread sums in one order.
const session = await InferenceSession.create(join(inputs.model, 'model.onnx'), { intraOpNumThreads: 1 });

async function answersTo(split) {
  const rows = parts[split];
  const features = Float32Array.from(rows.flatMap((row) => row.features));
  const shape = [rows.length, columns.length];
  const { probabilities } = await session.run({ features: new Tensor('float32', features, shape) });
  const k = classes.length;
  return rows.map((row, i) => ({
    ...judge(row, probabilities.data.subarray(i * k, (i + 1) * k), classes),
    split,
  }));
}

// Validation is there to be looked at. Of the test part no figure is made here: its answers are what nx-ml judges by.
const validation = await answersTo('validation');
const predictions = [...validation, ...(await answersTo('test'))];
writeFileSync(outputs.predictions, predictions.map((row) => `${JSON.stringify(row)}\n`).join(''));
writeFileSync(outputs.metrics, JSON.stringify({ validation: metricsOf(validation) }));
