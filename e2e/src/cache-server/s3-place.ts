import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const script = join(__dirname, '../../../tools/s3/serve.mjs');
const client = join(__dirname, '../../../packages/core/dist/adapters/remote-s3/open-client.js');
const bucket = 'cache';

/** What of core's dist makes a bucket: no user of nx-ml ever does. */
interface OpenClient {
  readonly openS3Client: (
    address: object,
  ) => Promise<{ send(request: { readonly method: string }): Promise<unknown> }>;
}

interface Told {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A bucket of a real S3 server, which lives until it is stopped, or this process ends. */
export interface S3Place {
  /** For --storage. */
  readonly address: string;
  stop(): Promise<void>;
}

/** `describe`, or where Debian's radosgw is not installed `describe.skip` and a line that says so. */
export const describeWithS3 = missingPrograms().length === 0 ? describe : describe.skip;

function missingPrograms(): readonly string[] {
  const { stdout } = spawnSync(process.execPath, [script, '--missing'], { encoding: 'utf8' });
  const missing = JSON.parse(stdout) as string[];
  if (missing.length > 0)
    process.stderr.write(
      `The suite with a real S3 server is skipped: ${missing.join(', ')} not installed.\n`,
    );
  return missing;
}

export async function startS3Place(): Promise<S3Place> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then(() => Promise.reject(new Error('the S3 server ended before it was up'))),
  ]);
  const { endpoint, region, accessKeyId, secretAccessKey } = JSON.parse(line) as Told;
  // For this process and those that it starts.
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const { openS3Client } = (await import(client)) as OpenClient;
  await (await openS3Client({ kind: 's3', bucket, prefix: '', endpoint, region })).send({ method: 'PUT' });
  return {
    address: `s3://${bucket}/served?endpoint=${encodeURIComponent(endpoint)}&region=${region}`,
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}
