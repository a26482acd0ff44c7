import { z } from 'zod';

const nameRule = 'letters, digits, . _ -, beginning with a letter or a digit';

/** The project's name: the first argument, asked for where it is missing. */
export function projectName(what: string) {
  return z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, nameRule)
    .meta({
      description: `Name of the ${what}: ${nameRule}.`,
      $default: { $source: 'argv', index: 0 },
      'x-prompt': `What is the ${what} called?`,
      'x-priority': 'important',
    });
}

const insideRule = 'a folder inside the workspace, with / between folders';

/** Where the project goes, when not to its usual place. */
export function directory(usual: string) {
  return z
    .string()
    .regex(/^(?!\/|[A-Za-z]:)(?!(?:.*\/)?\.{1,2}(?:\/|$))[^\\]*[^\\/]$/, insideRule)
    .optional()
    .meta({ description: `Folder of the project, from the workspace's root. Default: ${usual}/NAME.` });
}

/** A prompt that was answered with the enter key gives an empty text; it means the same as no answer. */
export function given(answer: string | undefined): string | undefined {
  return answer === undefined || answer.trim() === '' ? undefined : answer.trim();
}
