import { runInPlace } from './run-in-place.js';

describe('runInPlace', () => {
  const sh = (script: string, env: Readonly<Record<string, string>> = {}) =>
    runInPlace({
      program: 'sh',
      args: ['-c', script],
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });

  it('ends as the program ends', async () => {
    expect(await sh('exit 0')).toBe(0);
    expect(await sh('exit $CODE', { CODE: '3' })).toBe(3);
    expect(await sh('kill -KILL $$')).toBe(137);
    await expect(
      runInPlace({ program: 'sh', args: [], cwd: '/', env: { PATH: '/nowhere' } }),
    ).rejects.toThrow('ENOENT');
  });

  it('asks the program to end when it is asked itself, and leaves nothing behind', async () => {
    const before = process.listenerCount('SIGTERM');
    const ended = sh('exec sleep 60');
    process.emit('SIGTERM', 'SIGTERM');
    expect(await ended).toBe(143);
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
