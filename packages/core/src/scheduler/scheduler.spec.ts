import { patience } from './job-queue.js';
import { Scheduler } from './scheduler.js';
import type { Action, JobNode, Limits, TaskNode } from './index.js';

const limits: Limits = { parallel: 2, gpu: 2, memory: 100 };

function task(id: string, dependsOn: string[] = [], weight?: number): TaskNode {
  return { id, dependsOn, ...(weight === undefined ? {} : { weight }) };
}

function job(id: string, wants: { gpu?: number; memory?: number; weight?: number } = {}): JobNode {
  const { gpu = 0, memory = 0, weight } = wants;
  return { id, resources: { gpu, memory }, ...(weight === undefined ? {} : { weight }) };
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

function told(actions: readonly Action[]): string[] {
  return actions.map((action) => {
    const detail = action.type === 'run' ? `/${action.job.id}` : '';
    const because = action.type === 'skip' ? `:${JSON.stringify(action.because)}` : '';
    return `${action.type} ${action.task}${detail}${because}`;
  });
}

describe('the life of a task', () => {
  it('is resolved, runs its jobs, is finished, and is done', () => {
    const scheduler = new Scheduler([task('train', ['data']), task('evaluate', ['train'])], limits);
    expect(told(scheduler.take())).toEqual(['resolve train']);
    scheduler.resolved('train', [job('seed-1'), job('seed-2')]);
    expect(told(scheduler.take())).toEqual(['run train/seed-1', 'run train/seed-2']);
    scheduler.jobEnded('train', 'seed-2', true);
    expect(told(scheduler.take())).toEqual([]);
    scheduler.jobEnded('train', 'seed-1', true);
    expect(told(scheduler.take())).toEqual(['finish train']);
    scheduler.completed('train');
    expect(told(scheduler.take())).toEqual(['done train', 'resolve evaluate']);
    scheduler.resolved('evaluate', []);
    expect(scheduler.finished).toBe(false);
    expect(told(scheduler.take())).toEqual(['done evaluate']);
    expect(scheduler.finished).toBe(true);
  });

  it('resolves many at once, beside jobs that fill all slots', () => {
    const many = Array.from({ length: 40 }, (_, index) => task(`t${String(index)}`));
    const scheduler = new Scheduler(many, { ...limits, parallel: 1 });
    expect(scheduler.take()).toHaveLength(16);
    scheduler.resolved('t0', [job('only')]);
    expect(told(scheduler.take())).toEqual(['resolve t16', 'run t0/only']);
    scheduler.resolved('t1', []);
    expect(told(scheduler.take())).toEqual(['done t1', 'resolve t17']);
  });

  it('lets a quick model go on to its evaluation while a slow one trains', () => {
    const scheduler = new Scheduler(
      [
        task('train slow', [], 3_600_000),
        task('train quick', [], 3000),
        task('evaluate quick', ['train quick']),
      ],
      limits,
    );
    scheduler.take();
    scheduler.resolved('train slow', [job('1')]);
    scheduler.resolved('train quick', [job('1')]);
    expect(told(scheduler.take())).toEqual(['run train slow/1', 'run train quick/1']);
    scheduler.jobEnded('train quick', '1', true);
    scheduler.take();
    scheduler.completed('train quick');
    scheduler.take();
    scheduler.resolved('evaluate quick', [job('1')]);
    expect(told(scheduler.take())).toEqual(['run evaluate quick/1']);
  });
});

describe('failure', () => {
  it('drops the jobs that wait, lets the running ones end, and skips dependents alone', () => {
    const scheduler = new Scheduler([task('a'), task('b', ['a']), task('c', ['b']), task('other')], limits);
    scheduler.take();
    scheduler.resolved('a', [job('1'), job('2'), job('3')]);
    expect(told(scheduler.take())).toEqual(['run a/1', 'run a/2']);
    scheduler.resolved('other', [job('1')]);
    scheduler.jobEnded('a', '1', false);
    expect(told(scheduler.take())).toEqual(['run other/1']);
    scheduler.jobEnded('a', '2', true);
    expect(told(scheduler.take())).toEqual([
      'failed a',
      'skip b:{"reason":"dependency-failed","task":"a"}',
      'skip c:{"reason":"dependency-failed","task":"a"}',
    ]);
    scheduler.jobEnded('other', '1', true);
    scheduler.take();
    scheduler.failed('other');
    expect(told(scheduler.take())).toEqual(['failed other']);
    expect(scheduler.finished).toBe(true);
  });

  it('refuses a job that could never run, and says what there is', () => {
    const scheduler = new Scheduler([task('train'), task('evaluate', ['train'])], limits);
    scheduler.take();
    const refusal = thrownBy(() => {
      scheduler.resolved('train', [job('ok'), job('large', { gpu: 3 })]);
    });
    expect(refusal).toMatchObject({
      code: 'ERR_ML_RESOURCES_UNAVAILABLE',
      message: 'train asks for 3 GPUs; 2 can be had here',
    });
    expect(() => {
      scheduler.resolved('train', [job('large', { memory: 101 })]);
    }).toThrow('train asks for 101 bytes of memory; 100 can be had here');
    scheduler.failed('train');
    expect(told(scheduler.take())).toEqual([
      'failed train',
      'skip evaluate:{"reason":"dependency-failed","task":"train"}',
    ]);
  });

  it('refuses a circle and names it', () => {
    const circle = [task('in', ['b']), task('a', ['b']), task('b', ['c', 'x']), task('c', ['a'])];
    expect(thrownBy(() => new Scheduler(circle, limits))).toMatchObject({
      code: 'ERR_ML_GRAPH_CYCLE',
      message: 'The tasks depend on one another in a circle: b -> c -> a -> b',
    });
    expect(() => new Scheduler([task('self', ['self'])], limits)).toThrow('self -> self');
  });

  it('gives the place of a task that could not be resolved to another', () => {
    const scheduler = new Scheduler([task('a'), task('b')], { ...limits, resolving: 1 });
    expect(told(scheduler.take())).toEqual(['resolve a']);
    scheduler.failed('a');
    expect(told(scheduler.take())).toEqual(['failed a', 'resolve b']);
  });

  it('takes events out of order for the bug they are', () => {
    const scheduler = new Scheduler([task('a')], limits);
    expect(() => {
      scheduler.resolved('a', []);
    }).toThrow('the task a is ready, not resolving');
    scheduler.take();
    scheduler.resolved('a', [job('1')]);
    expect(() => {
      scheduler.jobEnded('a', '1', true);
    }).toThrow('the job 1 of a does not run');
    expect(() => new Scheduler([], { ...limits, parallel: 0 })).toThrow(RangeError);
  });
});

describe('cancel', () => {
  it('skips what has not started and waits for what runs', () => {
    const scheduler = new Scheduler([task('paid'), task('half'), task('after', ['paid'])], {
      ...limits,
      parallel: 2,
    });
    scheduler.take();
    scheduler.resolved('paid', [job('1')]);
    scheduler.resolved('half', [job('1'), job('2')]);
    scheduler.take();
    scheduler.cancel();
    expect(told(scheduler.take())).toEqual(['skip after:{"reason":"cancelled"}']);
    scheduler.jobEnded('paid', '1', true);
    scheduler.jobEnded('half', '1', true);
    expect(told(scheduler.take())).toEqual(['finish paid', 'skip half:{"reason":"cancelled"}']);
    scheduler.completed('paid');
    expect(told(scheduler.take())).toEqual(['done paid']);
    expect(scheduler.finished).toBe(true);
  });

  it('skips a task that was being resolved and turns out to need jobs', () => {
    const scheduler = new Scheduler([task('a'), task('restored')], limits);
    scheduler.take();
    scheduler.cancel();
    scheduler.resolved('a', [job('1')]);
    scheduler.resolved('restored', []);
    expect(told(scheduler.take())).toEqual(['skip a:{"reason":"cancelled"}', 'done restored']);
  });
});

describe('the order', () => {
  it('takes the longest remaining path first, then the order given', () => {
    const scheduler = new Scheduler(
      [task('short', [], 10), task('chain', [], 5), task('next', ['chain'], 20), task('same', [], 10)],
      { ...limits, parallel: 1, resolving: 1 },
    );
    expect(told(scheduler.take())).toEqual(['resolve chain']);
    scheduler.resolved('chain', [job('1', { weight: 5 })]);
    expect(told(scheduler.take())).toEqual(['resolve short', 'run chain/1']);
    scheduler.resolved('short', [job('1')]);
    expect(told(scheduler.take())).toEqual(['resolve same']);
    scheduler.resolved('same', [job('1')]);
    scheduler.jobEnded('chain', '1', true);
    expect(told(scheduler.take())).toEqual(['finish chain', 'run short/1']);
  });

  it('is not upset by predictions that are no numbers', () => {
    const scheduler = new Scheduler([task('a', [], Number.NaN), task('b', [], -1), task('c', [], 2)], {
      ...limits,
      resolving: 1,
    });
    expect(told(scheduler.take())).toEqual(['resolve c']);
    scheduler.resolved('c', [job('1', { weight: Number.POSITIVE_INFINITY }), job('2')]);
    expect(told(scheduler.take())).toEqual(['resolve a', 'run c/1', 'run c/2']);
  });

  it('reserves for a large job that small ones passed over, and lets others go on beside it', () => {
    const scheduler = new Scheduler([task('large'), task('small'), task('cpu')], { ...limits, parallel: 4 });
    scheduler.take();
    const stream = Array.from({ length: 100 }, (_, index) => job(String(index), { gpu: 1, weight: 1000 }));
    scheduler.resolved('small', stream);
    let running = scheduler.take().filter((action) => action.type === 'run');
    expect(running).toHaveLength(2);
    scheduler.resolved('large', [job('both', { gpu: 2 })]);
    const started: string[] = [];
    while (!started.includes('both')) {
      const ends = running.shift();
      if (ends === undefined) throw new Error('nothing runs and the large job waits');
      scheduler.jobEnded('small', ends.job.id, true);
      const next = scheduler.take().filter((action) => action.type === 'run');
      running = [...running, ...next];
      started.push(...next.map((action) => action.job.id));
      if (started.length === patience && next.length === 0) {
        scheduler.resolved('cpu', [job('beside')]);
        expect(told(scheduler.take())).toEqual(['run cpu/beside']);
      }
    }
    expect(started).toHaveLength(patience + 1);
  });

  it('keeps the memory that a reserved job needs while it waits for a GPU', () => {
    const scheduler = new Scheduler([task('large'), task('small'), task('memory')], {
      ...limits,
      parallel: 9,
    });
    scheduler.take();
    scheduler.resolved(
      'small',
      Array.from({ length: 20 }, (_, at) => job(String(at), { gpu: 1 })),
    );
    const queue = scheduler.take().filter((action) => action.type === 'run');
    scheduler.resolved('large', [job('large', { gpu: 2, memory: 80 })]);
    for (let turn = 0; turn < patience; turn += 1) {
      scheduler.jobEnded('small', queue.shift()?.job.id ?? '', true);
      queue.push(...scheduler.take().filter((action) => action.type === 'run'));
    }
    scheduler.jobEnded('small', queue.shift()?.job.id ?? '', true);
    expect(told(scheduler.take())).toEqual([]);
    scheduler.resolved('memory', [job('fits', { memory: 20 }), job('not', { memory: 20 })]);
    expect(told(scheduler.take())).toEqual(['run memory/fits']);
    scheduler.jobEnded('small', queue.shift()?.job.id ?? '', true);
    expect(told(scheduler.take())).toEqual(['run large/large']);
  });
});

describe('size', () => {
  it('plans 10,000 tasks with 20,000 jobs, and every one of them ends', () => {
    const tasks = Array.from({ length: 10_000 }, (_, at) =>
      task(`t${String(at)}`, at < 100 ? [] : [`t${String(at - 100)}`, `t${String(at - 37)}`], at % 7),
    );
    const scheduler = new Scheduler(tasks, { parallel: 8, gpu: 4, memory: 1000 });
    const pending: Action[] = [...scheduler.take()];
    let done = 0;
    for (const action of pending) {
      if (action.type === 'resolve')
        scheduler.resolved(action.task, [job('1', { gpu: 1 }), job('2', { memory: action.task.length })]);
      if (action.type === 'run') scheduler.jobEnded(action.task, action.job.id, true);
      if (action.type === 'finish') scheduler.completed(action.task);
      if (action.type === 'done') done += 1;
      pending.push(...scheduler.take());
    }
    expect(done).toBe(10_000);
    expect(scheduler.finished).toBe(true);
  });
});
