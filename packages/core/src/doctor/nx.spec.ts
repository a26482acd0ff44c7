import { checkNx } from './nx.js';
import type { NxFacts } from './nx.js';
import { complaints, healthy, textOf } from './testing/healthy-facts.js';

const check = (changes: Partial<NxFacts>) => checkNx({ ...healthy.nx, ...changes });
const both = (version: string) => ({ nx: version, devkit: version });

describe('checkNx', () => {
  it.each(['23.0.2', '23.2.1', '24.0.6', '24.9.0'])('is content with Nx %s', (version) => {
    expect(complaints(check(both(version)))).toEqual([]);
  });

  it.each<[string, Partial<NxFacts>, string, RegExp]>([
    ['no Nx', { nx: undefined }, 'problem nx-version', /npm install --save-dev nx/],
    [
      'Nx before a security fix',
      both('23.0.1'),
      'problem nx-version',
      /23\.0\.1 .*>=23\.0\.2 <25\nnpx nx migrate/,
    ],
    ['an old Nx', both('22.9.9'), 'problem nx-version', /npx nx migrate/],
    ['an Nx too new', both('25.0.0'), 'problem nx-version', /nx@24/],
    [
      'two versions',
      { devkit: '23.2.0' },
      'problem nx-devkit',
      /23\.2\.0, and nx is 23\.2\.1.*\n.*@nx\/devkit@23\.2\.1/,
    ],
    ['Plug’n’Play', { nx: undefined, isPlugAndPlay: true }, 'problem yarn-pnp', /nodeLinker node-modules/],
    ['no devkit', { devkit: undefined }, 'problem nx-devkit', /not installed, and nx is 23\.2\.1/],
    ['a broken nx.json', { unreadable: 'line 3' }, 'problem nx-plugin', /cannot be read: line 3/],
    ['the plugin not named', { isPlugged: false }, 'problem nx-plugin', /npx nx g nx-ml:init/],
    ['no workspace id', { workspaceId: undefined }, 'warning nx-workspace-id', /npx nx g nx-ml:init/],
    ['no node', { node: undefined }, 'problem node-version', /PATH/],
    ['an old node', { node: '20.18.3' }, 'problem node-version', /20\.18\.3 is too old/],
  ])('%s', (_, changes, complaint, words) => {
    const findings = check(changes);
    expect(complaints(findings)).toEqual([complaint]);
    expect(textOf(findings, complaint.split(' ')[1] ?? '')).toMatch(words);
  });
});
