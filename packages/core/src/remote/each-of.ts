/**
 * Does something with each of many, so many at once. The first failure stops what has not begun; what has is waited for.
 */
export async function eachOf<T>(
  items: Iterable<T>,
  atOnce: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let step = iterator.next(); step.done !== true && failures.length === 0; step = iterator.next())
      try {
        await action(step.value);
      } catch (error) {
        failures.push(error);
      }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
