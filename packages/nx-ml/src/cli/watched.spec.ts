import { MlError } from '@nx-ml/core/kernel';

import { cancelledOr, watched } from './watched.js';

describe('work that takes long', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('learns of %s, until it is over', async (name) => {
    const before = process.listenerCount(name);
    const wasAborted = await watched('working', ({ signal }) => {
      process.emit(name, name);
      return Promise.resolve(signal.aborted);
    });
    expect([wasAborted, process.listenerCount(name)]).toEqual([true, before]);
  });

  it('listens no longer when it failed', async () => {
    const before = process.listenerCount('SIGINT');
    await expect(watched('working', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  it('is told as cancelled where its error says no more than that', () => {
    const [plain, known] = [new Error('aborted'), new MlError('ERR_ML_USAGE', { message: 'm', fix: 'f' })];
    const aborted = AbortSignal.abort();
    expect(cancelledOr(plain, aborted, 'All is as it was')).toMatchObject({
      code: 'ERR_ML_CANCELLED',
      message: 'All is as it was',
    });
    expect(cancelledOr(known, aborted, '')).toBe(known);
    expect(cancelledOr(plain, new AbortController().signal, '')).toBe(plain);
  });
});
