/** How one package manager is told to add packages and to start one. */
export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Arguments that add packages at exactly the versions named, for development. */
  readonly add: readonly string[];
  /** Program and arguments that start an installed command. */
  readonly exec: readonly [string, ...string[]];
  readonly lockFiles: readonly string[];
}

const npm: PackageManager = {
  name: 'npm',
  add: ['install', '--save-dev', '--save-exact'],
  exec: ['npm', 'exec', '--no', '--'],
  lockFiles: ['package-lock.json', 'npm-shrinkwrap.json'],
};

const others: readonly PackageManager[] = [
  {
    name: 'pnpm',
    add: ['add', '--save-dev', '--save-exact'],
    exec: ['pnpm', 'exec'],
    lockFiles: ['pnpm-lock.yaml'],
  },
  { name: 'yarn', add: ['add', '--dev', '--exact'], exec: ['yarn', 'run'], lockFiles: ['yarn.lock'] },
  { name: 'bun', add: ['add', '--dev', '--exact'], exec: ['bun', 'x'], lockFiles: ['bun.lock', 'bun.lockb'] },
];

/** What of a set-up depends on the version of the package manager. */
export interface VersionedSetUp {
  /** Arguments as in `add`, and more. */
  readonly add: readonly string[];
  /** New files by name. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * @param major of the package manager's version.
 * @param present names in the folder.
 */
export function versionedSetUp(
  { name, add }: PackageManager,
  major: number,
  present: readonly string[],
): VersionedSetUp {
  // pnpm fails over an install script that nobody decided about, from 11 on; earlier ones do not know the argument.
  if (name === 'pnpm' && major >= 11) return { add: [...add, '--allow-build=nx'], files: {} };
  // Yarn's default from 2 on is Plug'n'Play, of which the commands of steps know nothing.
  const isDecided = ['.yarnrc.yml', '.pnp.cjs'].some((file) => present.includes(file));
  if (name === 'yarn' && major >= 2 && !isDecided)
    return { add, files: { '.yarnrc.yml': 'nodeLinker: node-modules\n' } };
  return { add, files: {} };
}

/**
 * The package manager of a folder: the one whose lock file lies there, else the one that started us, else npm.
 *
 * @param files names in the folder.
 * @param userAgent npm_config_user_agent, which every package manager sets, such as `pnpm/9.1.0 npm/? node/v20`.
 */
export function packageManagerOf(files: readonly string[], userAgent: string | undefined): PackageManager {
  const all = [...others, npm];
  const locked = all.find(({ lockFiles }) => lockFiles.some((file) => files.includes(file)));
  return locked ?? all.find(({ name }) => userAgent?.startsWith(`${name}/`) === true) ?? npm;
}
