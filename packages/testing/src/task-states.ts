/** What one Nx task did, as its output tells. */
export type TaskState = 'executed' | 'restored' | 'hit' | 'failed' | 'skipped';

/**
 * Reads Nx's static output: a headline a task (`> nx run spam-filter:train  [local cache]`) and the step's own line below.
 * Tasks that Nx never started have no headline and are not in the answer.
 */
export function taskStates(output: string): Readonly<Record<string, TaskState>> {
  const blocks = output.split(/^(?=> nx run )/m).slice(1);
  return Object.fromEntries(
    blocks.map((block) => {
      const [headline = ''] = block.split('\n', 1);
      const id = /^> nx run (\S+)/.exec(headline)?.[1] ?? '';
      return [id, stateOf(headline, block)];
    }),
  );
}

function stateOf(headline: string, block: string): TaskState {
  if (/\[(local cache|remote cache|existing outputs match the cache[^\]]*)\]/.test(headline)) return 'hit';
  if (block.includes('ERR_ML_')) return 'failed';
  if (/ {2}(trained|evaluated|prepared) in /.test(block)) return 'executed';
  if (/ {2}restored/.test(block)) return 'restored';
  return 'skipped';
}
