import type { BundleFile, VerifiedBundle } from '../../bundle/index.js';
import { checkPathSet, compareText, isMlError, MlError } from '../../kernel/index.js';

/** A file, and where it goes. */
export interface PlacedFile {
  readonly file: BundleFile;
  readonly path: string;
}

/**
 * The files of a bundle as a repository of the Hugging Face Hub has them: the model's files at the top, where its libraries look for them, beside
 * the card.
 *
 * @throws MlError ERR_ML_BUNDLE_PATH where a file of the model has the name of another one of the bundle
 */
export function hubLayout({ files }: VerifiedBundle): readonly PlacedFile[] {
  const placed = files.map((file) => ({ file, path: file.path.replace(/^model\//, '') }));
  const sorted = [...placed].sort((a, b) => compareText(a.path, b.path));
  try {
    checkPathSet(sorted.map(({ path }) => path));
  } catch (cause) {
    throw new MlError('ERR_ML_BUNDLE_PATH', {
      message: `The bundle cannot be laid out for the Hugging Face Hub: ${isMlError(cause) ? cause.message : ''}`,
      fix: 'Have training name that file otherwise: at the top it stands beside README.md, serving.json and example.json.',
      cause,
    });
  }
  return sorted;
}
