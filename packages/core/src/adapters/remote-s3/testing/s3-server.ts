import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { openS3Client } from '../open-client.js';
import { useKeys } from './keys.js';
import { addressOf } from './s3-address.js';

const script = join(__dirname, '../../../../../../tools/s3/serve.mjs');

/** A real S3 server that lives as long as the suite, or as this process should that end first. */
export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

/** `describe`, or, where the server cannot be started, `describe.skip` and a line that tells so. */
export const describeWithS3 = isInstalled() ? describe : describe.skip;

function isInstalled(): boolean {
  const { stdout } = spawnSync(process.execPath, [script, '--missing'], { encoding: 'utf8' });
  const missing = JSON.parse(stdout) as string[];
  if (missing.length > 0)
    process.stderr.write(
      `The specs with a real S3 server are skipped: ${missing.join(', ')} not installed.\n`,
    );
  return missing.length === 0;
}

/** Starts it, and puts its keys where the usual chain of credentials looks first. */
export async function startS3Server(): Promise<S3Server> {
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
  const server = JSON.parse(line) as Omit<S3Server, 'stop'>;
  useKeys(server);
  const stop = (): Promise<void> => {
    child.stdin.end();
    return ended;
  };
  return { ...server, stop };
}

export async function makeBucket(server: S3Server): Promise<void> {
  const client = await openS3Client(addressOf(server, ''));
  await client.send({ method: 'PUT' });
}
