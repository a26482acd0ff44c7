import { countText } from './finding.js';
import type { Finding } from './finding.js';

export interface DataFacts {
  /** How many ml.yaml files could be read. */
  readonly configs: number;
  readonly datasets: number;
  /** ml.yaml files and pointers that cannot be understood. */
  readonly unreadable: readonly UnreadableFile[];
  readonly ignoredConfigs: readonly IgnoredPath[];
  /** Files that a dataset lists under `files:` although git ignores them. */
  readonly ignoredFiles: readonly IgnoredPath[];
  readonly ignoredPointers: readonly IgnoredPath[];
  /** Data that lies beside its pointer and that git does not ignore. */
  readonly exposedData: readonly ExposedData[];
  /** Data files that git itself holds. */
  readonly largeFiles: readonly LargeFile[];
}

export interface UnreadableFile {
  /** Workspace-relative, with line and column where they are known. */
  readonly file: string;
  readonly message: string;
  readonly fix: string;
}

export interface IgnoredPath {
  readonly path: string;
  /** `.gitignore:3 data/`; undefined where git did not tell. */
  readonly rule: string | undefined;
}

export interface ExposedData {
  readonly path: string;
  readonly isTracked: boolean;
}

export interface LargeFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

export function checkData(facts: DataFacts): readonly Finding[] {
  const findings = [
    ...facts.unreadable.map(unreadable),
    ...facts.ignoredConfigs.map(ignoredConfig),
    ...byFolder(facts.ignoredFiles).map(ignoredFiles),
    ...facts.ignoredPointers.map(ignoredPointer),
    ...facts.exposedData.map(exposedData),
    ...facts.largeFiles.map(largeFile),
  ];
  const said = `${String(facts.configs)} read, ${countText(facts.datasets, 'dataset')} among them`;
  if (facts.configs === 0 && findings.length === 0)
    return [
      {
        check: 'data',
        grade: 'note',
        about: 'ml.yaml',
        says: 'there is none yet',
        mend: 'npx nx g nx-ml:model',
      },
    ];
  return [{ check: 'data', grade: 'ok', about: 'ml.yaml', says: said }, ...findings];
}

function unreadable({ file, message, fix }: UnreadableFile): Finding {
  return { check: 'data-unreadable', grade: 'problem', about: file, says: message, mend: fix };
}

function ignoredConfig({ path, rule }: IgnoredPath): Finding {
  return {
    check: 'data-ignored-config',
    grade: 'problem',
    about: path,
    says: `git ignores it${because(rule)}, so that Nx does not see this project at all`,
    mend: lift(path, rule),
  };
}

function ignoredFiles([first, ...more]: readonly [IgnoredPath, ...IgnoredPath[]]): Finding {
  const others = more.length === 0 ? '' : ` and ${countText(more.length, 'file')} beside it`;
  return {
    check: 'data-ignored-files',
    grade: 'problem',
    about: first.path,
    says: `git ignores it${others}${because(first.rule)}, so that neither git nor Nx sees a change of this data`,
    mend: store(first.path),
  };
}

function ignoredPointer({ path, rule }: IgnoredPath): Finding {
  return {
    check: 'data-ignored-pointer',
    grade: 'problem',
    about: path,
    says: `git ignores this pointer${because(rule)}, so that nobody else learns which data belongs to a commit`,
    mend: lift(path, rule),
  };
}

function exposedData({ path, isTracked }: ExposedData): Finding {
  const check = 'data-exposed';
  if (isTracked)
    return {
      check,
      grade: 'warning',
      about: path,
      says: 'it has a pointer, and git holds its bytes all the same',
      mend: `git rm -r --cached ${path}, and /${baseName(path)} into the .gitignore beside it`,
    };
  return {
    check,
    grade: 'warning',
    about: path,
    says: 'it has a pointer, and git does not ignore it: the next git add commits its bytes',
    mend: `echo /${baseName(path)} >> ${path.slice(0, path.lastIndexOf('/') + 1)}.gitignore`,
  };
}

function largeFile({ path, size }: LargeFile): Finding {
  return {
    check: 'data-large-file',
    grade: 'note',
    about: path,
    says: `git holds ${(size / 1_000_000).toFixed(1)} MB of data, again for every version of it`,
    mend: store(path),
  };
}

function store(path: string): string {
  return `Run npx nx-ml data add ${path}, then write pointer: ${baseName(path)}.ref.json in place of files: in its ml.yaml.`;
}

function because(rule: string | undefined): string {
  return rule === undefined ? '' : ` (${rule})`;
}

function lift(path: string, rule: string | undefined): string {
  const [place, ...pattern] = rule?.split(' ') ?? [];
  return place === undefined
    ? `Take the rule that covers ${path} out of .gitignore.`
    : `Take ${pattern.join(' ')} out of ${place}, or narrow it.`;
}

/** A folder of a thousand ignored files is one mistake. */
function byFolder(paths: readonly IgnoredPath[]): readonly (readonly [IgnoredPath, ...IgnoredPath[]])[] {
  const folders = new Map<string, [IgnoredPath, ...IgnoredPath[]]>();
  for (const each of paths) {
    const folder = each.path.slice(0, each.path.lastIndexOf('/') + 1);
    const known = folders.get(folder);
    if (known === undefined) folders.set(folder, [each]);
    else known.push(each);
  }
  return [...folders.values()];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
