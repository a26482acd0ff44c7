import type { MlConfig } from '@nx-ml/core/manifest';

import { environmentsOf, isOnlyHere, laterJobs } from './later-jobs.js';

const project = (name: string, config: object) => ({ name, config: config as MlConfig });
const model = (name: string, more: object) =>
  project(name, { kind: 'model', train: { command: 't' }, evaluate: { command: 'e' }, ...more });
const service = (name: string, environments: Readonly<Record<string, object>>) =>
  project(name, {
    kind: 'service',
    models: [],
    deploy: { environments: Object.entries(environments).map(([name, target]) => ({ name, target })) },
  });

const gate = 'accuracy';
const packaging = { serve: { onnx: 'm.onnx' }, signature: 's.json', example: 'e.json' };
const here = { gateway: 'http://127.0.0.1:9321' };
const there = { gateway: 'https://gateway.example.org' };

describe('laterJobs', () => {
  it('deals models out by what their ml.yaml asks for', () => {
    const models = [
      model('plain', {}),
      model('judged', { gate }),
      model('packaged', { package: packaging }),
      model('both', { gate, package: packaging }),
    ];
    expect(laterJobs(models, [])).toEqual({
      accept: 'judged',
      package: 'packaged,both',
      promote: 'both',
      deploy: {},
    });
  });

  it('names the services of each environment, in the order in which those come up', () => {
    const services = [
      service('a', { staging: there, production: there }),
      service('b', { production: there }),
    ];
    expect(laterJobs([], [...services, service('c', {})]).deploy).toEqual({
      staging: 'a',
      production: 'a,b',
    });
  });
});

it.each([
  [here, true],
  [{ gateway: 'http://localhost:1' }, true],
  [{ gateway: 'http://[::1]:1' }, true],
  [there, false],
  [{ gateway: 'http://127.example.org' }, false],
  [{ command: 'node serve.mjs' }, false],
])('knows what no machine of a CI reaches: %j', (target, expected) => {
  const [environment] = environmentsOf([service('a', { e: target })]);
  expect(environment && isOnlyHere(environment)).toBe(expected);
});

it('is for a CI as soon as one service is reached in it', () => {
  const [environment] = environmentsOf([service('a', { e: here }), service('b', { e: there })]);
  expect(environment && isOnlyHere(environment)).toBe(false);
});
