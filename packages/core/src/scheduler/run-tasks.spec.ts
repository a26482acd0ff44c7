import { MlError } from '../kernel/index.js';

import { runTasks, taskResults } from './index.js';
import type { JobNode, RunTasksOptions, TaskNode, TaskResult } from './index.js';

const limits = { parallel: 2, gpu: 1, memory: 100 };
const one: JobNode[] = [{ id: '1', resources: { gpu: 0, memory: 0 } }];

function task(id: string, dependsOn: string[] = []): TaskNode {
  return { id, dependsOn };
}

function options(change: Partial<RunTasksOptions<TaskNode, JobNode>>): RunTasksOptions<TaskNode, JobNode> {
  return {
    tasks: [task('a'), task('b', ['a']), task('c')],
    limits,
    resolve: () => Promise.resolve(one),
    run: () => Promise.resolve(),
    ...change,
  };
}

function told(results: readonly TaskResult[]): Record<string, string> {
  return Object.fromEntries(
    results.map((result) => {
      const because = result.state === 'skipped' ? ` ${JSON.stringify(result.because)}` : '';
      const error = result.state === 'failed' ? ` ${String(result.error)}` : '';
      return [result.task.id, `${result.state}${because}${error}`];
    }),
  );
}

/** Resolves when the signal is aborted, as an engine does. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve, { once: true });
    });
  throw new MlError('ERR_ML_CANCELLED', { message: 'cancelled', fix: 'Run it again.' });
}

describe('runTasks', () => {
  it('starts the next job when one gives its slot back, and its dependents when it has ended', async () => {
    const log: string[] = [];
    let publish: () => void = () => undefined;
    const published = new Promise<void>((resolve) => {
      publish = resolve;
    });
    await runTasks(
      options({
        tasks: [task('a'), task('b', ['a']), task('c')],
        limits: { ...limits, parallel: 1 },
        run: async ({ id }, _job, { free }) => {
          log.push(`start ${id}`);
          free();
          if (id === 'a') await published;
          else publish();
          log.push(`end ${id}`);
        },
      }),
    );
    expect(log).toEqual(['start a', 'start c', 'end c', 'end a', 'start b', 'end b']);
  });

  it('runs everything and publishes each result before dependents see it', async () => {
    const log: string[] = [];
    const results = await runTasks(
      options({
        tasks: [task('a'), task('b', ['a'])],
        resolve: async ({ id }) => {
          log.push(`resolve ${id}`);
          return Promise.resolve(id === 'b' ? [] : one);
        },
        run: async ({ id }, job) => {
          log.push(`run ${id}/${job.id}`);
          return Promise.resolve();
        },
        finish: async ({ id }) => {
          await new Promise((resolve) => setImmediate(resolve));
          log.push(`finish ${id}`);
        },
        onDone: (result) => log.push(`${result.state} ${result.task.id}`),
      }),
    );
    expect(log).toEqual(['resolve a', 'run a/1', 'finish a', 'done a', 'resolve b', 'done b']);
    expect(told(results)).toEqual({ a: 'done', b: 'done' });
  });

  it('comes to an end with no tasks', async () => {
    expect(await runTasks(options({ tasks: [] }))).toEqual([]);
  });

  it.each(['resolve', 'run', 'finish'] as const)('keeps an error of %s to its task', async (step) => {
    const bug = new TypeError('a bug');
    const results = await runTasks(
      options({
        resolve: ({ id }) => {
          if (step === 'resolve' && id === 'a') throw bug; // Before any promise exists.
          return Promise.resolve(one);
        },
        run: async ({ id }) => (step === 'run' && id === 'a' ? Promise.reject(bug) : Promise.resolve()),
        finish: async ({ id }) => (step === 'finish' && id === 'a' ? Promise.reject(bug) : Promise.resolve()),
      }),
    );
    expect(results.find((result) => result.task.id === 'a')).toMatchObject({ state: 'failed', error: bug });
    expect(told(results)).toEqual({
      a: 'failed TypeError: a bug',
      b: 'skipped {"reason":"dependency-failed","task":"a"}',
      c: 'done',
    });
  });

  it('fails only the task that asks for what is not there', async () => {
    const results = await runTasks(
      options({
        resolve: ({ id }) =>
          Promise.resolve(id === 'a' ? [{ id: '1', resources: { gpu: 2, memory: 0 } }] : one),
      }),
    );
    expect(told(results)['a']).toContain('asks for 2 GPUs; 1 can be had');
    expect(told(results)['c']).toBe('done');
  });

  it('cancels: running jobs are told, the rest is skipped, and it still ends', async () => {
    const controller = new AbortController();
    const results = await runTasks(
      options({
        signal: controller.signal,
        run: async ({ id }, _job, { signal }) => {
          if (id === 'c') controller.abort();
          return untilAborted(signal);
        },
      }),
    );
    expect(told(results)).toEqual({
      a: 'failed MlError: cancelled',
      b: 'skipped {"reason":"cancelled"}',
      c: 'failed MlError: cancelled',
    });
  });

  it('starts nothing when it was cancelled before', async () => {
    const results = await runTasks(
      options({
        signal: AbortSignal.abort(),
        resolve: () => Promise.reject(new Error('must not be called')),
      }),
    );
    expect(new Set(Object.values(told(results)))).toEqual(new Set(['skipped {"reason":"cancelled"}']));
  });

  it('refuses a circle', async () => {
    await expect(runTasks(options({ tasks: [task('a', ['a'])] }))).rejects.toMatchObject({
      code: 'ERR_ML_GRAPH_CYCLE',
    });
  });

  it('rejects with what onDone threw, after everything ended', async () => {
    const ended: string[] = [];
    let started: () => void = () => undefined;
    const running = runTasks(
      options({
        tasks: [task('a'), task('b')],
        resolve: async ({ id }) => {
          if (id === 'b') return one;
          await new Promise<void>((resolve) => {
            started = resolve;
          });
          return [];
        },
        run: async ({ id }, _job, { signal }) => {
          started();
          return untilAborted(signal).finally(() => ended.push(id));
        },
        onDone: () => {
          throw new Error('a broken reporter');
        },
      }),
    );
    await expect(running).rejects.toThrow('a broken reporter');
    expect(ended).toEqual(['b']);
  });
});

describe('taskResults', () => {
  it('yields each result as its task ends', async () => {
    const seen: string[] = [];
    let release: () => void = () => undefined;
    const results = taskResults(
      options({
        run: async ({ id }) =>
          id === 'c'
            ? new Promise<void>((resolve) => {
                release = resolve;
              })
            : Promise.resolve(),
      }),
    );
    for await (const { task: ended } of results) {
      seen.push(ended.id);
      if (ended.id === 'b') release();
    }
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('cancels what is left when the reader stops, and waits for it', async () => {
    const ended: string[] = [];
    const results = taskResults(
      options({
        tasks: [task('a'), task('c')],
        run: async ({ id }, _job, { signal }) =>
          id === 'a' ? Promise.resolve() : untilAborted(signal).finally(() => ended.push(id)),
      }),
    );
    for await (const { task: first } of results) {
      expect(first.id).toBe('a');
      break;
    }
    expect(ended).toEqual(['c']);
  });

  it('passes a refusal on', async () => {
    const results = taskResults(options({ tasks: [task('a', ['a'])] }));
    await expect(results.next()).rejects.toMatchObject({ code: 'ERR_ML_GRAPH_CYCLE' });
  });
});
