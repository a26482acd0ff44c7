import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { missingPrograms, startRadosgw } from '../../s3/radosgw.mjs';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const core = (name) => require(`../../../packages/core/dist/${name}/index.js`);

/** A real S3 server with a bucket, stores that push and pull there, and curl. All of it goes with `remove`. */
export class S3Bench {
  static async open() {
    const missing = missingPrograms();
    if (missing.length > 0)
      throw new Error('This needs Debian’s radosgw, ceph-mon, ceph-osd and ceph-common.');
    const folder = mkdtempSync(join(tmpdir(), 'nx-ml-s3-bench-'));
    const server = await startRadosgw({ folder: join(folder, 'server'), memory: 12 * 2 ** 30 });
    const bench = new S3Bench(folder, server);
    await bench.curl('-X', 'PUT', bench.url(''));
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: server.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    });
    return bench;
  }

  #stores = 0;

  constructor(folder, server) {
    this.folder = folder;
    this.server = server;
  }

  url(key) {
    return `${this.server.endpoint}/bench/${key}`;
  }

  /** Signed by curl itself. It computes no hash of what it sends, and checks none of what it gets. */
  async curl(...args) {
    const { accessKeyId, secretAccessKey } = this.server;
    const signed = ['--user', `${accessKeyId}:${secretAccessKey}`, '--aws-sigv4', 'aws:amz:us-east-1:s3'];
    const header = ['-H', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'];
    await run('curl', ['-sSf', ...signed, ...header, ...args]);
  }

  /** The bucket below a prefix, for our own client. */
  async blobs(prefix) {
    const { endpoint, region } = this.server;
    const address = { kind: 's3', bucket: 'bench', prefix, endpoint, region };
    return core('adapters/remote-s3').openS3Blobs(address);
  }

  /** A new, empty store that knows one remote, as every command has it. */
  async store(prefix) {
    const root = join(this.folder, `store-${(this.#stores += 1)}`);
    mkdirSync(root);
    const { openFolderStore, openIndexCache } = core('adapters/store-fs');
    const { objects: store } = await openFolderStore({ root });
    const { Remote } = core('remote');
    const remote = new Remote({ blobs: await this.blobs(prefix), indexes: openIndexCache(root, prefix) });
    return { root, store, deps: { store, remote } };
  }

  async push(ref, { deps }) {
    const { applyPush, planPush } = core('usecases/transfer');
    await applyPush(await planPush([ref], deps), deps);
  }

  async pull(part, { deps }) {
    await core('usecases/transfer').pullRefs([part], deps);
  }

  async remove() {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
