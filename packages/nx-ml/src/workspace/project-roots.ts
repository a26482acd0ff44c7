import type { CodeProject } from '@nx-ml/core/imports';

/** Which project holds a file: the one with the nearest root above it. */
export class ProjectRoots {
  readonly #names: ReadonlyMap<string, string>;

  constructor(projects: readonly CodeProject[]) {
    this.#names = new Map(projects.map(({ name, root }) => [root, name]));
  }

  isRoot(folder: string): boolean {
    return this.#names.has(folder);
  }

  ownerOf(path: string): string | undefined {
    let folder = path;
    while (folder !== '') {
      const slash = folder.lastIndexOf('/');
      folder = slash === -1 ? '' : folder.slice(0, slash);
      const name = this.#names.get(folder);
      if (name !== undefined) return name;
    }
    return undefined;
  }
}
