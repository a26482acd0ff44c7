import type { Disk } from './disk.js';
import { errnoOf, isForbidden } from './failures.js';

const dayMs = 86_400_000;

/**
 * Sets the modification time of a file that is older than a day to now, so that garbage collection sees that somebody
 * relies on it. It goes by the path: when a gc has just moved the file away, that shows as `gone`.
 *
 * @returns `refused` for a file of another user, or a store that cannot be written.
 * @throws MlError ERR_ML_STORE_UNAVAILABLE
 */
export function refreshAge(
  disk: Disk,
  path: string,
  { changedAt, now }: { readonly changedAt: bigint; readonly now: number },
): 'fresh' | 'gone' | 'refused' {
  // A time that lies ahead is no sign of youth: it was set by a clock that went wrong.
  if (Math.abs(now - Number(changedAt)) < dayMs) return 'fresh';
  try {
    disk.setTime(path, now / 1000);
    return 'fresh';
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'gone';
    if (isForbidden(error)) return 'refused';
    throw error;
  }
}
