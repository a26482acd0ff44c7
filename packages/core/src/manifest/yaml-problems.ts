import type { YAMLError } from '../kernel/yaml.js';

/** A fault found while YAML was read, before anything is known of its meaning. */
export interface YamlProblem {
  /** UTF-16 code units from the start of the text. */
  readonly offset: number;
  /** True when the text is no well-formed YAML; false when a value cannot be used. */
  readonly syntax: boolean;
  readonly message: string;
  readonly fix: string;
}

type Wording = readonly [message: string, fix: string];

/** What the parser's terser messages mean to somebody who edits a file by hand. */
const wordings: Readonly<Record<string, Wording>> = {
  TAB_AS_INDENT: ['a tab is used as indentation, which YAML forbids', 'Indent with spaces.'],
  NON_STRING_KEY: ['this key is no plain text', 'Use a word as the key.'],
  BLOCK_AS_IMPLICIT_KEY: [
    'a second `key: value` starts within a value',
    'Put quotes around a value that holds a colon and a space.',
  ],
  BLOCK_IN_FLOW: [
    'a `key: value` on lines of its own starts within brackets or a value',
    'Put quotes around a value that holds a colon and a space.',
  ],
  BAD_SCALAR_START: [
    'a value starts with a character that YAML keeps for itself',
    'Put quotes around the value.',
  ],
  KEY_OVER_1024_CHARS: ['a key is longer than 1,024 characters', 'Use a shorter key.'],
  MULTILINE_IMPLICIT_KEY: [
    'a line has no colon after its key',
    'Write `key: value`, with a space after the colon.',
  ],
  MISSING_CHAR: ['', 'Add the missing character.'],
  BAD_INDENT: ['', 'Give all keys of one map the same indentation, and close every bracket.'],
  UNEXPECTED_TOKEN: [
    '',
    'Put quotes around a value that starts with a bracket or a brace and goes on after it.',
  ],
};

/** The fault that the parser found, in words for people. */
export function problemOfYamlError(error: YAMLError): YamlProblem {
  const [message, fix] = wordings[error.code] ?? ['', 'Correct the YAML at this place.'];
  return {
    offset: error.pos[0],
    syntax: true,
    message: message === '' ? decapitalise(error.message) : message,
    fix,
  };
}

/** What the parser lets pass with a warning: unknown tags and directives. */
export function problemOfYamlWarning(warning: YAMLError): YamlProblem {
  const fix = 'Remove the tag (`!...`) or directive (`%...`): plain YAML 1.2 values are enough.';
  return { offset: warning.pos[0], syntax: true, message: decapitalise(warning.message), fix };
}

function decapitalise(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
