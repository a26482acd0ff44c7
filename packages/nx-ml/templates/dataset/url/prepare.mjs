// Downloads the data, and accepts exactly the bytes that ml.yaml pins.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

const { params, outputs } = JSON.parse(readFileSync(process.env.ML_RUN, 'utf8'));

const response = await fetch(params.url);
if (!response.ok) throw new Error(`${params.url} answers ${response.status} ${response.statusText}`);

const hash = createHash('sha256');
const file = await open(join(outputs.data, params.file), 'wx');
for await (const chunk of response.body) {
  hash.update(chunk);
  await file.appendFile(chunk);
}
await file.close();

const sha256 = hash.digest('hex');
if (sha256 !== params.sha256)
  throw new Error(`${params.url} is another file now. Look at it, then pin sha256: ${sha256} in ml.yaml.`);
