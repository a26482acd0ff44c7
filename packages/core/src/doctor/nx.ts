import type { Finding } from './finding.js';
import { isWithin } from './versions.js';

export interface NxFacts {
  /** Versions as installed for this workspace; undefined: not installed. */
  readonly nx: string | undefined;
  readonly devkit: string | undefined;
  /** Yarn's Plug'n'Play stands in for node_modules. */
  readonly isPlugAndPlay: boolean;
  /** Why nx.json could not be read. */
  readonly unreadable: string | undefined;
  /** Is the plugin named in nx.json? */
  readonly isPlugged: boolean;
  readonly workspaceId: string | undefined;
  /** Of the node on the PATH, which starts the commands; undefined: none there. */
  readonly node: string | undefined;
}

const nxRange = { lowest: '23.0.2', limit: '25.0.0', text: '>=23.0.2 <25' };
const lowestNode = '20.19.0';

export function checkNx(facts: NxFacts): readonly Finding[] {
  return [...installed(facts), ...plugin(facts), node(facts)];
}

function installed({ nx, devkit, isPlugAndPlay }: NxFacts): readonly Finding[] {
  if (isPlugAndPlay)
    return [
      {
        check: 'yarn-pnp',
        grade: 'problem',
        about: 'Yarn',
        says: 'it installs by Plug’n’Play, and the commands of steps find no package so',
        mend: 'yarn config set nodeLinker node-modules && yarn install',
      },
    ];
  return versions(nx, devkit);
}

function versions(nx: string | undefined, devkit: string | undefined): readonly Finding[] {
  const check = 'nx-version';
  const about = 'nx';
  if (nx === undefined)
    return [
      { check, grade: 'problem', about, says: 'it is not installed here', mend: 'npm install --save-dev nx' },
    ];
  if (!isWithin(nx, nxRange.lowest, nxRange.limit))
    return [
      {
        check,
        grade: 'problem',
        about,
        says: `${nx} is not supported; nx-ml needs ${nxRange.text}`,
        mend: isWithin(nx, nxRange.limit)
          ? 'npm install --save-dev nx@24 @nx/devkit@24'
          : 'npx nx migrate 24 && npm install && npx nx migrate --run-migrations',
      },
    ];
  const found: Finding = { check, grade: 'ok', about, says: nx };
  if (devkit === nx) return [{ ...found, says: `${nx}, and @nx/devkit the same` }];
  return [
    found,
    {
      check: 'nx-devkit',
      grade: 'problem',
      about: '@nx/devkit',
      says: `${devkit ?? 'it is not installed'}, and nx is ${nx}: the two work together only in one version`,
      mend: `npm install --save-dev --save-exact @nx/devkit@${nx}`,
    },
  ];
}

function plugin({ unreadable, isPlugged, workspaceId }: NxFacts): readonly Finding[] {
  const mend = 'npx nx g nx-ml:init';
  if (unreadable !== undefined)
    return [
      {
        check: 'nx-plugin',
        grade: 'problem',
        about: 'nx.json',
        says: `it cannot be read: ${unreadable}`,
        mend: 'Correct it: every Nx command needs it.',
      },
    ];
  if (!isPlugged)
    return [
      {
        check: 'nx-plugin',
        grade: 'problem',
        about: 'nx.json',
        says: '"plugins" does not name nx-ml, so Nx sees no ml.yaml',
        mend,
      },
    ];
  if (workspaceId === undefined)
    return [
      {
        check: 'nx-workspace-id',
        grade: 'warning',
        about: 'nx.json',
        says: 'the plugin has no options.workspaceId: in a shared store, the histories of two repositories could mix',
        mend,
      },
    ];
  return [
    { check: 'nx-plugin', grade: 'ok', about: 'nx.json', says: `names the plugin, workspace ${workspaceId}` },
  ];
}

function node({ node: version }: NxFacts): Finding {
  const about = 'node';
  const check = 'node-version';
  if (version === undefined)
    return {
      check,
      grade: 'problem',
      about,
      says: 'there is none on the PATH, and steps that start it fail',
      mend: 'Put the folder of node on the PATH.',
    };
  if (isWithin(version, lowestNode)) return { check, grade: 'ok', about, says: version };
  return {
    check,
    grade: 'problem',
    about,
    says: `${version} is too old; nx-ml needs 20.19 or newer`,
    mend: 'Install Node 20.19 or newer, and see that it comes first on the PATH.',
  };
}
