import { MlError } from '../../kernel/index.js';

export interface NameWish {
  /** What is to be named: `train@us`, `data/raw.csv`. */
  readonly origin: string;
  /** The folder of the DVC file, which goes before a name that is taken. */
  readonly folder: string;
  /** The name without its folder: `train@us`, `raw.csv`. */
  readonly short: string;
}

export interface NamingRules {
  /** Goes before every name. */
  readonly prefix: string;
  /** Whether another project of the workspace, which is not of this import, has a name. */
  readonly isTaken: (name: string) => boolean;
}

/**
 * Project names: `train-us`, and `churn-train-us` where two of the import would have the same. The same wishes give the
 * same names, so that a second import finds its projects again.
 *
 * @returns in the order of the wishes.
 * @throws MlError ERR_ML_DVC_INVALID for a name that another project of the workspace has.
 */
export function projectNames(
  wishes: readonly NameWish[],
  { prefix, isTaken }: NamingRules,
): readonly string[] {
  const short = wishes.map((wish) => prefix + plain(wish.short));
  const names = wishes.map((wish, index) => {
    const name = short[index] ?? '';
    const isShared = short.filter((other) => other === name).length > 1;
    return isShared ? prefix + plain(`${wish.folder}/${wish.short}`) : name;
  });
  const clash = names.findIndex((name, index) => isTaken(name) || names.indexOf(name) !== index);
  const name = names[clash];
  if (name === undefined) return names;
  const fix = `Put a word before all names: --prefix ${plain(wishes[clash]?.folder ?? '') || 'dvc'}-`;
  throw new MlError('ERR_ML_DVC_INVALID', {
    message: `${wishes[clash]?.origin ?? ''} would become the project "${name}", and there is one of that name already`,
    fix,
  });
}

/** Letters, digits and hyphens, beginning with a letter: a name that also serves as an input's name. */
function plain(text: string): string {
  const name = text.replace(/[^A-Za-z0-9_]+/g, '-').replace(/^-+|-+$/g, '');
  return name === '' || /^[A-Za-z]/.test(name) ? name : `d-${name}`;
}
