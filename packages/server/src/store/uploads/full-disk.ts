import { Refusal } from '../../http/refusal.js';

const codes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Runs what writes, and tells a disk without room in the words of HTTP. @throws Refusal 507 */
export async function refusingFull<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!codes.has(String((error as NodeJS.ErrnoException).code))) throw error;
    throw new Refusal(507, {
      message: 'The server has no room left',
      fix: 'Ask who runs it to make some, and start again.',
    });
  }
}
