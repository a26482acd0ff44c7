import { basename } from 'node:path';

const prettyJson = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

export interface PresentWorkspace {
  /** Absolute. */
  readonly root: string;
  /** What package.json holds; undefined: there is none. */
  readonly manifest: PackageManifest | undefined;
  readonly hasNxJson: boolean;
}

export interface PackageManifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface SetUpPlan {
  /** New files by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Packages to add, as `name@version`. */
  readonly packages: readonly string[];
}

/** What a folder lacks to be an Nx workspace with nx-ml. What it has, it keeps. */
export function planSetUp(
  { root, manifest, hasNxJson }: PresentWorkspace,
  versions: { readonly nx: string; readonly nxMl: string },
): SetUpPlan {
  const present = { ...manifest?.dependencies, ...manifest?.devDependencies };
  // All of Nx must be of one version, so what is added goes by the Nx that is there.
  const nx = present['nx'] ?? versions.nx;
  const wanted = { nx, '@nx/devkit': nx, 'nx-ml': versions.nxMl };
  return {
    files: {
      ...(manifest === undefined
        ? { 'package.json': prettyJson({ name: packageName(root), version: '0.0.0', private: true }) }
        : {}),
      // Nx would ask at its first command whether it may report usage; "no" until the user says otherwise.
      ...(hasNxJson
        ? {}
        : {
            'nx.json': prettyJson({ $schema: './node_modules/nx/schemas/nx-schema.json', analytics: false }),
          }),
    },
    packages: Object.entries(wanted)
      .filter(([name]) => !(name in present))
      .map(([name, version]) => `${name}@${version}`),
  };
}

/** A folder's name as npm accepts it. */
function packageName(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return name === '' ? 'workspace' : name;
}
