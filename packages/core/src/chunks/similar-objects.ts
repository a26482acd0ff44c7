import type { Digest } from '../kernel/index.js';
import { eachOf } from '../remote/index.js';
import type { Blobs } from '../remote/index.js';
import type { LargeFile, LargeFiles } from './large-files.js';
import { readRecipe, unlessInvalid } from './read-recipe.js';
import type { Recipe } from './recipe.js';

/** An object that both the local store and the remote have. */
export interface SimilarObject {
  readonly file: LargeFile;
  readonly recipe: Recipe;
}

/** Another version of a file is seldom larger or smaller by this. */
const sizeFactor = 4;
/** Recipes that are looked at for one object. */
const mostLooked = 16;
/** Objects that are compared chunk by chunk. */
const mostUsed = 3;
const atOnce = 8;

/** Finds objects that may share chunks with another: those that are here and there, the most alike first. */
export class SimilarObjects {
  readonly #blobs: Blobs;
  readonly #files: LargeFiles;
  readonly #recipes = new Map<Digest, Promise<Recipe | undefined>>();

  constructor(blobs: Blobs, files: LargeFiles) {
    this.#blobs = blobs;
    this.#files = files;
  }

  /** Those of a size like this object's, the latest first. */
  async candidates(digest: Digest, size: number): Promise<readonly SimilarObject[]> {
    const files = await this.#files.latest({ least: size / sizeFactor, most: size * sizeFactor });
    const others = files.filter((file) => file.digest !== digest).slice(0, mostLooked);
    const found = new Map<LargeFile, Recipe>();
    await eachOf(others, atOnce, async (file) => {
      const recipe = await this.recipe(file.digest);
      if (recipe !== undefined) found.set(file, recipe);
    });
    return others.flatMap((file) => {
      const recipe = found.get(file);
      return recipe === undefined ? [] : [{ file, recipe }];
    });
  }

  /** A recipe that is damaged is none: nobody depends on it but who would have spared something by it. */
  recipe(digest: Digest): Promise<Recipe | undefined> {
    const reading = this.#recipes.get(digest) ?? unlessInvalid(readRecipe(this.#blobs, digest));
    this.#recipes.set(digest, reading);
    reading.catch(() => this.#recipes.delete(digest)); // The next may get through.
    return reading;
  }

  /** After it was written, or could not be read. */
  forget(digest: Digest): void {
    this.#recipes.delete(digest);
  }
}

/** Those that share most bytes in whole segments; where none are shared, the latest. */
export function mostAlike(
  candidates: readonly SimilarObject[],
  segments: readonly { readonly digest: Digest }[],
): readonly SimilarObject[] {
  const wanted = new Set(segments.map((segment) => segment.digest));
  const shared = new Map(candidates.map((one) => [one, sharedBytes(one.recipe, wanted)]));
  return [...candidates].sort((a, b) => (shared.get(b) ?? 0) - (shared.get(a) ?? 0)).slice(0, mostUsed);
}

function sharedBytes(recipe: Recipe, wanted: ReadonlySet<Digest>): number {
  return recipe.segments.reduce((sum, { digest, size }) => sum + (wanted.has(digest) ? size : 0), 0);
}
