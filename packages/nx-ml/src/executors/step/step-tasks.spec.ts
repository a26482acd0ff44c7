import { stepTasks } from './step-tasks.js';

describe('stepTasks', () => {
  const tasks = {
    'rows:data': { id: 'rows:data', target: { project: 'rows' } },
    'm:train': { id: 'm:train', target: { project: 'm' } },
  };
  const options = { 'rows:data': { step: 'data' }, 'm:train': { step: 'train' } } as const;

  it.each([
    ['23', ['rows:data']],
    ['24', [{ id: 'rows:data' }]],
  ])('keeps the edges as Nx %s gives them', (_, edges) => {
    const dependencies = { 'rows:data': [], 'm:train': edges };
    expect(stepTasks({ tasks, dependencies }, options)).toEqual([
      { id: 'rows:data', dependsOn: [], ref: { project: 'rows', step: 'data' } },
      { id: 'm:train', dependsOn: ['rows:data'], ref: { project: 'm', step: 'train' } },
    ]);
  });

  it('throws where Nx gave no options', () => {
    expect(() => stepTasks({ tasks, dependencies: {} }, {})).toThrow('no options for rows:data');
  });
});
