import { parseJson } from '@nx-ml/core/kernel';
import { eachOf, isBlobName } from '@nx-ml/core/remote';
import type { BlobInfo } from '@nx-ml/core/remote';
import type { FastifyRequest } from 'fastify';

import { accessOf } from '../http/rights.js';
import type { Spaces } from './space/spaces.js';
import type { UploadTaker } from './take-upload.js';
import { afterFrom, announced, limitFrom, malformed, mostNames, prefixFrom, tooLarge } from './wire.js';

/** A question about 10,000 names of the longest kind. */
const longestQuestion = 10 * 1024 * 1024;
/** Blobs that are looked up at once for one question. */
const atOnce = 16;

/** Which blobs there are. */
export class NameRequests {
  constructor(
    private readonly spaces: Spaces,
    private readonly taker: UploadTaker,
  ) {}

  async list(request: FastifyRequest): Promise<{ blobs: BlobInfo[]; next?: string }> {
    const query = request.query as Record<string, unknown>;
    const [prefix, after] = [prefixFrom(query['prefix']), afterFrom(query['after'])];
    const limit = limitFrom(query['limit']);
    const blobs: BlobInfo[] = [];
    for await (const { name, size } of this.spaces(accessOf(request).scope).list(prefix, after)) {
      const last = blobs.at(-1);
      if (blobs.length === limit && last !== undefined) return { blobs, next: last.name };
      blobs.push({ name, size });
    }
    return { blobs };
  }

  async have(request: FastifyRequest): Promise<{ sizes: Record<string, number> }> {
    const { size } = announced(request.headers['content-length'], undefined);
    if (size > longestQuestion) throw tooLarge(longestQuestion);
    const { bytes } = await this.taker.whole(request.raw, size);
    const space = this.spaces(accessOf(request).scope);
    const sizes: [string, number][] = [];
    await eachOf(namesIn(bytes), atOnce, async (name) => {
      const found = await space.find(name);
      if (found !== undefined) sizes.push([name, found.size]);
    });
    return { sizes: Object.fromEntries(sizes) };
  }
}

function namesIn(bytes: Buffer): readonly string[] {
  const document = parseJson(bytes.toString('utf8')) as { names?: unknown } | null | undefined;
  const names = document?.names;
  const isFine = Array.isArray(names) && names.length <= mostNames && names.every(isName);
  if (!isFine) throw malformed(`A question is { "names": […] }, with ${String(mostNames)} at most`);
  return [...new Set(names)];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && isBlobName(value);
}
