/**
 * Runs over all items, some at once. The first failure stops the others by their signal; it is thrown when all of them
 * have ended, so that nothing goes on unseen.
 */
export async function forEach<T>(
  items: readonly T[],
  { atOnce, signal }: { readonly atOnce: number; readonly signal: AbortSignal | undefined },
  run: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const failures: unknown[] = [];
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) {
      if (either.aborted) return;
      await run(item, either);
    }
  };
  const guarded = (): Promise<void> =>
    worker().catch((error: unknown) => {
      failures.push(error);
      stop.abort();
    });
  await Promise.all(Array.from({ length: atOnce }, guarded));
  signal?.throwIfAborted();
  if (failures.length > 0) throw failures[0];
}
