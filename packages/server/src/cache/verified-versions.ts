/** How many are remembered; each is some 200 bytes. */
const limit = 50_000;

/**
 * Blobs that were hashed and found right, by name and version, so that a gigabyte that is served a hundred times is hashed once. Whatever
 * changes a file changes its version; a disk that changes bits by itself is for scrub to find, and for whoever receives them.
 */
export class VerifiedVersions {
  readonly #versions = new Map<string, string>();

  has(name: string, version: string | undefined): boolean {
    return version !== undefined && this.#versions.get(name) === version;
  }

  add(name: string, version: string | undefined): void {
    if (version === undefined) return;
    this.#versions.delete(name);
    this.#versions.set(name, version);
    const [oldest] = this.#versions.keys();
    if (this.#versions.size > limit && oldest !== undefined) this.#versions.delete(oldest);
  }
}
