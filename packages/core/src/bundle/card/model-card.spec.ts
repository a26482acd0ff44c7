import MarkdownIt from 'markdown-it';

import { digestOf } from '../../kernel/index.js';
import { smallServing } from '../testing/small-bundle.js';
import type { CardFacts } from './card-facts.js';
import { modelCard } from './model-card.js';

const facts: CardFacts = {
  name: 'spam',
  said: {},
  signature: smallServing.signature,
  runtime: smallServing.runtime,
  training: {
    command: 'node train.mjs',
    params: { rate: 1 },
    seed: 1,
    software: {},
    platform: 'linux-x64',
    data: [],
    models: [],
  },
  gate: { state: 'none' },
};

const head = (license: string): string => modelCard({ ...facts, license }).split('---\n')[1] ?? '';

describe('a model card', () => {
  it('begins as the Hugging Face Hub reads it', () => {
    expect(head('Apache-2.0')).toBe('license: apache-2.0\nlibrary_name: onnx\ntags:\n- onnx\n- nx-ml\n');
    expect(head('GPL-3.0-or-later')).toContain('license: gpl-3.0\n');
    expect(head('Own (1)')).toContain('license: other\nlicense_name: "own-1-"\n');
    expect(modelCard({ ...facts, runtime: { kind: 'command', command: 'x', folder: 'code/m' } })).toMatch(
      /^---\ntags:\n- nx-ml\n---\n/,
    );
  });

  it('shows what comes from data as it is, and obeys none of it', () => {
    const project = '[x](http://evil.example)|<script>\n# me';
    const data = [
      { project, digest: digestOf(''), amount: { files: 1, size: 12 }, parts: [{ path: project, rows: 1 }] },
    ];
    const card = modelCard({ ...facts, name: '<b>spam</b>\n---', training: { ...facts.training, data } });
    const html = new MarkdownIt({ html: true, linkify: true }).render(card);
    expect(html).not.toMatch(/<script|<b>|href="http:\/\/evil/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(card.split('\n').filter((line) => line === '---')).toHaveLength(2);
  });

  it('tells the rows of data by their parts', () => {
    const parts = [
      { path: 'train.csv', rows: 3022 },
      { path: 'test.csv', rows: 1511 },
    ];
    const data = [{ project: 'mails', digest: digestOf(''), amount: { files: 2, size: 12 }, parts }];
    const card = modelCard({ ...facts, training: { ...facts.training, data } });
    expect(card).toMatch(/\| `mails` \| `train\.csv` \| 3,022 \|\n\| `mails` \| `test\.csv` \| 1,511 \|/);
    expect(modelCard({ ...facts, training: { ...facts.training, data: [] } })).not.toContain('| part |');
  });

  it('says what people wrote, as they wrote it', () => {
    const card = modelCard({ ...facts, said: { intendedUse: 'Mail **only**.', contact: 'ml@example.org' } });
    expect(card).toContain('## Intended use\n\nMail **only**.');
    expect(card).toContain('## Contact\n\nml@example.org');
    expect(card).toContain('## Limitations\n\nNobody said.');
    expect(modelCard({ ...facts, said: '## Mine\n\nAll of it.\n' })).toContain(
      '## Mine\n\nAll of it.\n\n## Use',
    );
  });

  it('tells no score while the test set is sealed, and says why', () => {
    const card = modelCard({ ...facts, evaluation: { sealed: true }, gate: { state: 'unjudged' } });
    expect(card).toContain('stay hidden until the gate passes');
    expect(card).toContain('**It was not judged**');
    const overridden = modelCard({ ...facts, gate: { state: 'overridden', question: digestOf('') } });
    expect(overridden).toContain('let through by hand');
  });
});
