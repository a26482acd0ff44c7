// Scores the test rows as a service in Node would, and writes the ten probabilities of each as a line of JSON.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const { inputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));

const [, ...lines] = readFileSync(join(inputs['sk-digits'], 'test.csv'), 'utf8').trimEnd().split('\n');
const rows = lines.map((line) => line.split(',').slice(2).map(Number)); // after id and label come the pixels

const session = await InferenceSession.create(join(inputs.model, 'model.onnx'), { intraOpNumThreads: 1 });
const pixels = new Tensor('float32', Float32Array.from(rows.flat()), [rows.length, rows[0].length]);
const { probabilities } = await session.run({ pixels });

const [count, classes] = probabilities.dims;
for (let i = 0; i < count; i++) {
  console.log(JSON.stringify([...probabilities.data.subarray(i * classes, (i + 1) * classes)]));
}
