import { execFileSync } from 'node:child_process';

import fc from 'fast-check';

import { failureOf } from '../kernel/testing/failure-of.js';
import { commandEntries, programKind, renderCommand } from './command.js';

const values = {
  params: { alpha: 0.5, name: "it's", nested: { depth: 3 }, list: [1, 2], 'a.b': 'dotted' },
  seed: 7,
  inputs: { 'spam-mails': '/data/spam mails' },
  outputs: { model: '/out/model' },
};

const render = (command: string) => renderCommand(command, values, 'spam-filter:train');

describe('renderCommand', () => {
  it.each([
    ['train --alpha {params.alpha}', 'train --alpha 0.5'],
    ['train {params.nested.depth} {seed}', 'train 3 7'],
    ['train {params.name}', `train 'it'\\''s'`],
    ['train {params.list}', `train '[1,2]'`],
    ['train {params.a.b}', 'train dotted'],
    ['cp {inputs.spam-mails}/x {outputs.model}', `cp '/data/spam mails'/x /out/model`],
    ["awk '{print $1}' x", "awk '{print $1}' x"],
  ])('%s', (command, expected) => {
    expect(render(command)).toBe(expected);
  });

  it.each([
    '{params.beta}',
    '{inputs.ham}',
    '{outputs.data}',
    '{params.nested.width}',
    '{params.constructor}',
  ])('%s names nothing', (command) => {
    expect(failureOf(() => render(command))).toMatchObject({
      code: 'ERR_ML_TEMPLATE_UNKNOWN',
      message: expect.stringContaining(command) as string,
    });
  });

  it('a parameter can never become shell code', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 30 })
      .filter((value) => !value.includes('\0') && value.isWellFormed());
    fc.assert(
      fc.property(text, (value) => {
        const command = renderCommand('printf %s {params.x}', { ...values, params: { x: value } }, 'x');
        expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(value);
      }),
      { numRuns: 40 },
    );
  });
});

describe('commandEntries', () => {
  const files = new Set(['train.mjs', 'src/train.py', 'my script.sh', 'pkg/train.py']);
  const entries = (command: string) => commandEntries(command, (path) => files.has(path));

  it.each([
    ['node train.mjs', ['train.mjs'], []],
    ['node ./train.mjs --fast', ['train.mjs'], []],
    ['uv run python src/train.py && node train.mjs', ['src/train.py', 'train.mjs'], []],
    [`bash 'my script.sh'`, ['my script.sh'], []],
    ['python -m pkg.train', [], ['pkg.train']],
    ['python3.11 -m pkg.train', [], ['pkg.train']],
    ['make train', [], []],
    ['tar -m x', [], []],
  ])('%s', (command, expectedFiles, modules) => {
    expect(entries(command)).toEqual({ files: expectedFiles, modules });
  });
});

describe('programKind', () => {
  it.each([
    ['node', 'node'],
    ['/usr/bin/node', 'node'],
    ['tsx', 'node'],
    ['python', 'python'],
    ['.venv/bin/python3', 'python'],
    ['python3.11', 'python'],
    ['pythonic', 'other'],
    ['train.mjs', 'other'],
  ])('%s is %s', (word, kind) => {
    expect(programKind(word)).toBe(kind);
  });
});
