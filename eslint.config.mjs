// @ts-check
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The layers, lowest first; each may import what stands before it in `below`. The reason is part of the message. */
const pureReason =
  'Domain and kernel stay pure: they get files, processes, time and chance through ports, so that every decision can be tested without a machine.';

/** @param {string} layer @param {string} reason @param {string[]} groups */
const forbid = (layer, reason, groups) => ({ group: groups, message: `${layer}: ${reason}` });

const nx = ['@nx/*', 'nx', 'nx/*'];
const io = [
  'node:fs',
  'node:fs/*',
  'node:http',
  'node:https',
  'node:net',
  'node:child_process',
  'node:os',
  'fs',
  'child_process',
  'execa',
  'fast-glob',
];

const noJestMock = {
  selector:
    "CallExpression[callee.object.name='jest'][callee.property.name=/^(mock|doMock|unstable_mockModule)$/]",
  message: 'Pass a fake through the port instead: a mocked module tests the mock.',
};
const noClock = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: `Take a Clock. ${pureReason}`,
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: `Take a Clock. ${pureReason}`,
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: `Take an Rng. ${pureReason}`,
  },
];

/** @param {string[]} files @param {object[]} patterns @param {object[]} [syntax] */
const layer = (files, patterns, syntax = []) => ({
  files,
  ignores: ['**/*.spec.ts', '**/*.contract.ts', '**/testing/**'],
  rules: {
    'no-restricted-imports': ['error', { patterns }],
    'no-restricted-syntax': ['error', noJestMock, ...syntax],
  },
});

const domain = [
  'compare',
  'evaluation',
  'gate',
  'registry',
  'stats',
  'documents',
  'manifest',
  'provenance',
  'store',
  'engine',
  'scheduler',
  'imports',
  'environment',
  'layout',
  'interop',
  'doctor',
  'remote',
  'chunks',
  'cache',
  'cache-proxy',
  'report',
  'savings',
  'gc',
  'data',
  'bundle',
  'deploy',
  'canary',
  'tune',
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/out-tsc/**',
      '**/node_modules/**',
      '**/.nx/**',
      '**/.nx-ml/**',
      '.tmp/**',
      'examples/**',
      '**/fixtures/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    // One program: a project service makes one for each tsconfig, and most files are in several.
    languageOptions: {
      parserOptions: { project: './tsconfig.lint.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/dot-notation': 'off',
      'no-console': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      complexity: ['error', 12],
      'no-restricted-syntax': ['error', noJestMock],
    },
  },
  layer(
    ['packages/core/src/kernel/**/*.ts'],
    [
      forbid('kernel', 'it is the bottom and imports nothing of ours.', ['../*/**', '../*']),
      forbid('kernel', pureReason, [...io, ...nx]),
    ],
    noClock,
  ),
  layer(
    domain.map((name) => `packages/core/src/${name}/**/*.ts`),
    [
      forbid('domain', pureReason, [...io, ...nx]),
      forbid(
        'domain',
        'use cases and adapters stand above it; a domain that knew them could not be reused by both.',
        ['**/usecases/**', '**/adapters/**'],
      ),
    ],
    noClock,
  ),
  layer(
    ['packages/core/src/usecases/**/*.ts'],
    [
      forbid('use case', 'it speaks to ports; which adapter answers is decided in compose.ts alone.', [
        '**/adapters/**',
        'execa',
        'node:child_process',
      ]),
      forbid('use case', 'core knows no Nx, so that servers can use it without.', nx),
    ],
  ),
  layer(
    ['packages/core/src/adapters/**/*.ts'],
    [
      forbid(
        'adapter',
        'it sees ports and kernel; a use case that called back into a use case would hide control flow.',
        ['**/usecases/**'],
      ),
      forbid('adapter', 'core knows no Nx, so that servers can use it without.', nx),
    ],
  ),
  layer(
    ['packages/nx-ml/src/**/*.ts'],
    [
      forbid('plugin', 'the public @nx/devkit only: internals change without notice.', [
        '@nx/devkit/*',
        'nx/*',
        '@nx-ml/core/src/**',
        '@nx-ml/core/dist/**',
      ]),
    ],
  ),
  layer(
    ['packages/server/src/**/*.ts'],
    [
      forbid('server', 'it is installed where there is no Nx.', [...nx, 'nx-ml']),
      forbid('server', 'what core exports only: its folders move without notice.', [
        '@nx-ml/core/src/**',
        '@nx-ml/core/dist/**',
      ]),
    ],
  ),
  {
    files: ['**/*.spec.ts', '**/*.contract.ts', '**/testing/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off', 'max-lines-per-function': 'off' },
  },
  { files: ['packages/{nx-ml,server}/src/cli/**/*.ts', 'tools/**'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        fetch: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
);
