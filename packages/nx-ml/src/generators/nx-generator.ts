import type { GeneratorCallback, Tree } from '@nx/devkit';
import { isMlError, MlError } from '@nx-ml/core/kernel';
import type { z } from 'zod';

import { errorText } from '../report/error-text.js';
import type { GeneratorDefinition } from './definition.js';

/** What a generator does to the tree; the callback runs after the files are on disk, and never under --dry-run. */
export type Generate<Options> = (tree: Tree, options: Options) => Promise<GeneratorCallback | undefined>;

/**
 * A generator for Nx: its options are checked against their one definition, and a failure that the user can mend is
 * told with code and mend, without a stack of ours.
 */
export function nxGenerator<Options extends z.ZodObject>(
  { options: schema, title }: GeneratorDefinition<Options>,
  generate: Generate<z.output<Options>>,
) {
  return async (tree: Tree, options: unknown): Promise<GeneratorCallback | undefined> => {
    try {
      const parsed = schema.safeParse(options);
      if (!parsed.success) throw wrongOptions(title, parsed.error);
      return await generate(tree, parsed.data);
    } catch (error) {
      if (!isMlError(error)) throw error;
      const shown = new Error(errorText(error).trimEnd(), { cause: error });
      delete shown.stack;
      throw shown;
    }
  };
}

function wrongOptions(title: string, error: z.ZodError): MlError {
  const problems = error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`);
  return new MlError('ERR_ML_USAGE', {
    message: `${title}: an option is wrong or missing`,
    detail: problems,
    fix: 'Add --help to see the options.',
  });
}
