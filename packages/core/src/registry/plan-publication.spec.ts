import { digestOf } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import type { ListedModel, ListedVersion, Release } from './catalogue.js';
import { planPublication } from './plan-publication.js';

const owner = 'mails/m';
const release: Release = {
  ...{ name: 'spam', owner, version: 3, manifest: digestOf('3'), source: 'oci://here/spam', at: 0 },
  ...{ metrics: {}, tags: {}, aliases: ['champion', 'staging'] },
};
const listed = (id: string, version: number, more: Partial<ListedVersion> = {}): ListedVersion => ({
  ...{
    id,
    mark: { owner, version, manifest: digestOf(String(version)) },
    source: 'oci://here/spam',
    run: 'r',
  },
  ...more,
});
const model = (more: Partial<ListedModel> = {}): ListedModel => ({
  ...{ owner, aliases: new Map(), versions: [] },
  ...more,
});
const plan = (there: ListedModel | undefined, more: object = {}) =>
  planPublication(release, there, {
    ...{ place: 'here', takesAliases: true, isSourceAsked: false },
    ...more,
  });

it('takes all where there is nothing', () => {
  expect(plan(undefined)).toEqual({
    ...{ createsModel: true, version: undefined, leftOut: [] },
    aliases: ['champion', 'staging'],
  });
});

it('leaves what is there, and moves a name from another version of ours', () => {
  const versions = [listed('1', 2), listed('2', 3)];
  const aliases = new Map([
    ['champion', '1'],
    ['staging', '2'],
  ]);
  expect(plan(model({ versions, aliases }))).toEqual({
    ...{ createsModel: false, version: versions[1], leftOut: [] },
    aliases: ['champion'],
  });
});

it('tells the names that cannot be set', () => {
  expect(plan(model(), { takesAliases: false })).toMatchObject({
    ...{ aliases: [], leftOut: ['champion', 'staging'] },
  });
});

it.each<[string, ListedModel, object]>([
  ['a model of nobody of ours', model({ owner: undefined }), {}],
  ['a model of another workspace', model({ owner: 'calls/m' }), {}],
  [
    'a name of another’s version',
    model({ versions: [listed('7', 1, { mark: undefined })], aliases: new Map([['champion', '7']]) }),
    {},
  ],
  ['a name of a version that is not listed', model({ aliases: new Map([['staging', '9']]) }), {}],
  [
    'another address, where one is asked for',
    model({ versions: [listed('1', 3, { source: 'oci://there/\u001b[2Jspam' })] }),
    { isSourceAsked: true },
  ],
])('refuses %s', (_, there, more) => {
  const failure = failureOf(() => plan(there, more));
  expect(failure.code).toBe('ERR_ML_CATALOGUE_TAKEN');
  expect(failure.message).not.toContain('\u001b');
});

it('takes a version for ours by all of its mark alone', () => {
  const others = [
    { owner: 'calls/m', version: 3, manifest: digestOf('3') },
    { owner, version: 3, manifest: digestOf('another') },
    { owner, version: 2, manifest: digestOf('3') },
  ].map((mark, at) => listed(String(at), 3, { mark }));
  expect(plan(model({ versions: others })).version).toBeUndefined();
});
