import type { Facts } from '../diagnosis.js';
import type { Finding } from '../finding.js';

/** A workspace and a machine with nothing to mend. */
export const healthy: Facts = {
  git: {
    version: '2.39.5',
    isRepository: true,
    isShallow: false,
    autocrlf: undefined,
    convertibleData: ['datasets/rows/rows.csv'],
    mergeDriver: { isNamed: true, isKnown: true },
    stateFolders: [
      { folder: '.nx-ml', isIgnored: true, tracked: [] },
      { folder: '.nx', isIgnored: true, tracked: [] },
    ],
  },
  nx: {
    nx: '23.2.1',
    devkit: '23.2.1',
    isPlugAndPlay: false,
    unreadable: undefined,
    isPlugged: true,
    workspaceId: 'a1b2c3',
    node: '20.19.0',
  },
  pythons: [
    {
      name: 'python3',
      chosenBy: 'PATH',
      users: ['spam'],
      interpreter: { path: '/opt/bin/python3', version: '3.12.1' },
      missing: [],
      others: [],
      shebangs: [{ project: 'spam', file: 'models/spam/train.py', interpreter: '/opt/bin/python3' }],
    },
  ],
  data: {
    configs: 3,
    datasets: 1,
    unreadable: [],
    ignoredConfigs: [],
    ignoredFiles: [],
    ignoredPointers: [],
    exposedData: [],
    largeFiles: [],
  },
  cache: {
    folder: '/home/user/.nx/1/cache',
    chosenBy: 'Nx',
    unusable: undefined,
    isEmptyBesideDatabase: false,
    isCi: false,
    deprecated: [],
  },
  store: {
    folder: '/home/user/.cache/nx-ml/store',
    chosenBy: 'nx-ml',
    state: { is: 'open', formatVersion: 1 },
    readOnly: undefined,
    isBesideWorkspace: true,
    free: 100e9,
    quarantined: 0,
    abandoned: { files: 0, bytes: 0 },
  },
};

/** What is not `ok`, as `grade check`. */
export function complaints(findings: readonly Finding[]): readonly string[] {
  return findings.filter(({ grade }) => grade !== 'ok').map(({ grade, check }) => `${grade} ${check}`);
}

/** All that a person reads of one finding. */
export function textOf(findings: readonly Finding[], check: string): string {
  const found = findings.find((each) => each.check === check);
  return [found?.about, found?.says, found?.mend].join('\n');
}
