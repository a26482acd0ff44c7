import fc from 'fast-check';

import { isScope, parseScope, protectedScope, readableScopes, trusts } from './scope.js';

const scopes = fc.oneof(
  fc.constant('protected'),
  fc.integer({ min: 1, max: 9_999_999_999 }).map((number) => `pr-${String(number)}`),
  fc.stringMatching(/^branch-[0-9a-f]{24}$/),
  fc.stringMatching(/^user-[a-z0-9][a-z0-9._-]{0,62}$/),
);

it('knows scopes', () => {
  fc.assert(fc.property(scopes, (text) => parseScope(text) === text));
});

it.each([
  '',
  'Protected',
  'pr-0',
  'pr-01',
  'pr--1',
  'pr-12345678901',
  'branch-main',
  'branch-0123456789ABCDEF01234567',
  'user-',
  'user-.',
  'user-a/b',
  'x',
  'pr-1\n',
])('refuses %j', (text) => {
  expect(isScope(text)).toBe(false);
  expect(() => parseScope(text)).toThrow(expect.objectContaining({ code: 'ERR_ML_SCOPE_INVALID' }) as Error);
});

it('lets each read its own and the protected scope, and nothing else', () => {
  fc.assert(
    fc.property(scopes.map(parseScope), scopes.map(parseScope), (reader, writer) => {
      expect(trusts(reader, writer)).toBe(writer === reader || writer === protectedScope);
    }),
  );
  expect(readableScopes(protectedScope)).toEqual([protectedScope]);
});
