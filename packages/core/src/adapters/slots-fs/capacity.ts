import { execFile } from 'node:child_process';
import { totalmem } from 'node:os';
import { promisify } from 'node:util';

import type { Capacity } from '../../engine/index.js';
import { MlError } from '../../kernel/index.js';
import { parseBytes } from '../../manifest/index.js';

/**
 * What this machine can lend.
 *
 * - GPUs: NX_ML_GPUS ("0,1"; "" for none); else CUDA_VISIBLE_DEVICES, which a cluster or a container sets to the part
 *   that is ours; else what nvidia-smi lists; else none.
 * - Memory: NX_ML_MEMORY (bytes, or as in ml.yaml: 16GB, 16GiB); else the machine's, or the limit of our control group
 *   when that is lower.
 *
 * @throws MlError ERR_ML_USAGE when a variable cannot be understood.
 */
export async function detectCapacity(env: NodeJS.ProcessEnv = process.env): Promise<Capacity> {
  const chosen = env['NX_ML_GPUS'];
  const visible = env['CUDA_VISIBLE_DEVICES'];
  const gpus =
    chosen !== undefined
      ? listOf(chosen)
      : visible !== undefined
        ? visibleIn(visible)
        : await listedBySmi(env);
  return { gpus: [...new Set(gpus)], memory: memoryOf(env['NX_ML_MEMORY']) };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

/** CUDA stops at the first id that is none, such as -1. */
function visibleIn(text: string): string[] {
  const ids = listOf(text);
  const end = ids.findIndex((id) => !/^(\d+|GPU-.+|MIG-.+)$/.test(id));
  return end === -1 ? ids : ids.slice(0, end);
}

async function listedBySmi(env: NodeJS.ProcessEnv): Promise<string[]> {
  const query = ['--query-gpu=index', '--format=csv,noheader'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { env, timeout: 10_000 });
    return stdout
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => /^\d+$/.test(line));
  } catch {
    return []; // Not installed, or no driver: no GPU that could be used.
  }
}

function memoryOf(chosen: string | undefined): number {
  if (chosen !== undefined) return bytesIn(chosen);
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(totalmem(), limit) : totalmem();
}

function bytesIn(text: string): number {
  const trimmed = text.trim();
  const bytes = parseBytes(/^\d+$/.test(trimmed) ? Number(trimmed) : trimmed);
  if (bytes !== undefined) return bytes;
  throw new MlError('ERR_ML_USAGE', {
    message: `NX_ML_MEMORY is ${JSON.stringify(text)}`,
    fix: 'Give a whole number of bytes, or a number with its unit: 16000000000, 16GB (10^9) or 16GiB (2^30).',
  });
}
