import { encodeRunDocument } from './run-document.js';
import { failureOf } from '../kernel/testing/failure-of.js';

it('encodeRunDocument does not depend on the order of keys, and ends with a newline', () => {
  const outputs = {
    model: '/r/model',
    metrics: '/r/m.json',
    predictions: '/r/p.jsonl',
    progress: '/r/g.jsonl',
  };
  const a = encodeRunDocument({
    formatVersion: 1,
    project: 'spam-filter',
    step: 'train',
    seed: 1,
    params: { b: 1, a: { d: 1, c: null } },
    inputs: { mails: '/in/mails' },
    outputs,
  });
  const b = encodeRunDocument({
    outputs,
    inputs: { mails: '/in/mails' },
    params: { a: { c: null, d: 1 }, b: 1 },
    seed: 1,
    step: 'train',
    project: 'spam-filter',
    formatVersion: 1,
  });
  expect(a.equals(b)).toBe(true);
  expect(a.toString()).toMatch(/^\{\n {2}"formatVersion": 1,[^]*\}\n$/);
});

it('encodeRunDocument refuses parameters that are not JSON', () => {
  const outputs = { metrics: '/m', predictions: '/p', progress: '/g' };
  const document = {
    formatVersion: 1,
    project: 'a',
    step: 'evaluate',
    seed: 1,
    inputs: {},
    outputs,
  } as const;
  const failure = failureOf(() => encodeRunDocument({ ...document, params: { a: NaN } }));
  expect(failure.code).toBe('ERR_ML_DOCUMENT_INVALID');
});
