import { transferText } from './transfer-text.js';

describe('transferText', () => {
  const moved = { remote: 's3://models', objects: 20_013, bytes: 1_300_000_000, dryRun: false };
  const nothing = { ...moved, objects: 0, bytes: 0 };

  it('tells what went, and what was there', () => {
    expect(transferText('push', { ...moved, there: 1312 })).toBe(
      'pushed 20,013 objects, 1.3 GB, to s3://models; 1,312 were there\n',
    );
    expect(transferText('push', { ...moved, there: 1, steps: ['a:train'], dryRun: true })).toBe(
      'would push 20,013 objects, 1.3 GB, to s3://models; 1 are there\n',
    );
    expect(transferText('push', { ...nothing, there: 3 })).toBe(
      'nothing to push: s3://models has all 3 objects\n',
    );
  });

  it('tells what came, for which steps or data', () => {
    expect(transferText('pull', { ...moved, steps: ['a:train', 'b:train'] })).toBe(
      'pulled the results of 2 steps: 20,013 objects, 1.3 GB, from s3://models\n',
    );
    const data = [
      { path: 'data/mails', placed: 2, removed: 1 },
      { path: 'data/rows', placed: 0, removed: 0 },
    ];
    expect(transferText('pull', { ...moved, data })).toBe(
      'data/mails  2 files placed, 1 file removed\npulled 20,013 objects, 1.3 GB, from s3://models\n',
    );
    expect(transferText('pull', { ...nothing, data, dryRun: true })).toBe(
      'data/mails  2 files to place, 1 file to remove\n',
    );
  });

  it('tells why nothing came', () => {
    expect(transferText('pull', { ...nothing, steps: ['a:train'] })).toBe(
      'the results of 1 step are all here\n',
    );
    for (const direction of ['push', 'pull'] as const)
      expect(transferText(direction, { ...nothing, steps: [] })).toBe(
        'no step has a result for the workspace as it is, here or at s3://models\n',
      );
    expect(transferText('pull', { ...nothing, data: [] })).toBe(
      'no pointers here: nx-ml data add makes them\n',
    );
    const still = [{ path: 'data/rows', placed: 0, removed: 0 }];
    expect(transferText('pull', { ...nothing, data: still })).toBe('all data is what its pointers say\n');
  });
});
