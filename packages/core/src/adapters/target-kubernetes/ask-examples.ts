import type { StagedModel } from '../../deploy/index.js';
import type { Example } from './example-of.js';
import { wrongIn } from './example-of.js';

/** How often an example is asked: the 95th percentile is then the second longest. */
const TIMES = 20;

/** @param loaded milliseconds until it was ready. @returns what a model took, or what is wrong with it */
export async function askExample(
  example: Example,
  loaded: number,
  post: (example: Example) => Promise<{ status: number; body: unknown }>,
): Promise<StagedModel | string> {
  const took: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const before = performance.now();
    const wrong = wrongIn(await post(example), example);
    if (wrong !== undefined) return wrong;
    took.push(performance.now() - before);
  }
  const p95 = took.sort((a, b) => a - b)[Math.ceil(0.95 * TIMES) - 1] ?? 0;
  return { name: example.model, loaded, p95 };
}
