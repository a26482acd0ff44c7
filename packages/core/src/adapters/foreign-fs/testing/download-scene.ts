import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { digestOf } from '../../../kernel/index.js';
import type { Digest } from '../../../kernel/index.js';
import { HttpDownloads } from '../http-downloads.js';
import type { HttpDownloadsOptions } from '../http-downloads.js';
import { FileServer } from './file-server.js';

/** Two versions of a file, of one length and with no byte in common. */
export const one = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251));
export const two = Buffer.from(one.map((byte) => byte ^ 1));

/** A server that has `one`, and a folder for what comes of it. */
export class DownloadScene {
  readonly folder = mkdtempSync(join(tmpdir(), 'nx-ml-downloads-'));

  private constructor(
    readonly server: FileServer,
    public url: string,
  ) {}

  static async open(): Promise<DownloadScene> {
    const server = new FileServer();
    server.content = one;
    return new DownloadScene(server, await server.start());
  }

  close(): void {
    this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @returns the digest of what came, which was looked at */
  bring(options: Partial<HttpDownloadsOptions> = {}, expected?: Buffer): Promise<Digest> {
    const place = { folder: this.folder, mark: 'me', hasEnded: (mark: string) => mark === 'dead' };
    const downloads = new HttpDownloads({ ...place, pauses: [], ...options });
    return downloads.bring(this.url, expected && digestOf(expected), ({ at, digest, size }) => {
      const bytes = readFileSync(at);
      expect([digest, size]).toEqual([digestOf(bytes), bytes.length]);
      return Promise.resolve(digest);
    });
  }

  /** @returns the error */
  fails(options?: Partial<HttpDownloadsOptions>): Promise<unknown> {
    return this.bring(options).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  /** Leaves the first 100,000 bytes of a download; the next one is not disturbed. @returns the error */
  async breakOff(): Promise<unknown> {
    this.server.manners = { cutAfter: 100_000 };
    const error = await this.fails();
    this.server.manners = {};
    return error;
  }

  /** A file of the only download that is kept. */
  kept(name: string): string {
    return join(this.folder, readdirSync(this.folder)[0] ?? '', name);
  }
}
