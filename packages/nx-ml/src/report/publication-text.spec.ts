import { publicationText } from './publication-text.js';

const published = {
  ...{ model: 'spam-filter', place: 'mlflow.example.org', name: 'spam', version: 3, listed: '7' },
  ...{ changes: ['version', 'metrics', 'alias champion'], leftOut: [] },
};

it('tells what was written, and where', () => {
  expect(publicationText(published, false)).toBe(
    'spam-filter@3  published at mlflow.example.org as spam version 7: version, metrics, alias champion\n',
  );
});

it('tells what would be, and what cannot be', () => {
  const dry = { ...published, listed: undefined, changes: ['model'], leftOut: ['champion', 'staging'] };
  expect(publicationText(dry, true)).toBe(
    'spam-filter@3  would be published at mlflow.example.org as spam: model\n' +
      '  It takes no aliases: champion, staging left out.\n',
  );
});

it('tells that there was nothing to do', () => {
  expect(publicationText({ ...published, changes: [] }, false)).toContain(
    'is at mlflow.example.org already, as spam version 7',
  );
});
