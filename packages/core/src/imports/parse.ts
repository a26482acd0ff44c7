import type { FileImports } from './model.js';
import type * as PythonParse from './python-parse.js';
import type * as ScriptParse from './script-parse.js';
import { normalizeSource } from './source-lines.js';

type Language = 'python' | 'ts' | 'tsx' | 'js' | 'unread' | 'compiled' | 'none';

const byExtension: Readonly<Record<string, Language>> = {
  ...all('python', 'py pyw pyx'),
  ...all('ts', 'ts mts cts'),
  ...all('tsx', 'tsx'),
  ...all('js', 'js mjs cjs jsx'),
  ...all('compiled', 'so pyd pyc'),
  ...all(
    'unread',
    'ipynb r rmd qmd jl sh bash zsh fish ps1 bat cmd rb go rs java kt kts scala groovy lua pl php cs fs swift m f90 c cc cpp cxx h hpp cu vue svelte astro',
  ),
};

function all(language: Language, extensions: string): Record<string, Language> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, language]));
}

const nothing: FileImports = { imports: [], open: [] };

/** Whether a file of this name may import others, and so is worth reading. */
export function mayImport(path: string): boolean {
  const extension = extensionOf(path);
  return extension === '' || (byExtension[extension] ?? 'none') !== 'none';
}

/** A compiled Python module: it may import others from within, and has no text to read. */
export function isCompiled(path: string): boolean {
  return byExtension[extensionOf(path)] === 'compiled';
}

/**
 * What a source file imports; a pure function of the path's extension and the text. Never throws: what the parsers
 * cannot make sense of is searched as text, so that a syntax newer than they are hides no import.
 */
export function parseImports(path: string, source: string): FileImports {
  if (/\.d\.([^/]+\.)?[cm]?ts$/.test(path)) return nothing;
  const extension = extensionOf(path);
  const language = extension === '' ? languageOfShebang(source) : (byExtension[extension] ?? 'none');
  if (language === 'none') return nothing;
  if (language === 'unread' || language === 'compiled') return { imports: [], open: [unread(path)] };
  const text = normalizeSource(source);
  return language === 'python'
    ? pythonParser().parsePython(text)
    : scriptParser().parseScript(text, language);
}

/* Each parser unpacks large tables when it is loaded, and most processes find every file parsed, or have none of its language. */

function pythonParser(): typeof PythonParse {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it with this file
  return require('./python-parse.js') as typeof PythonParse;
}

function scriptParser(): typeof ScriptParse {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
  return require('./script-parse.js') as typeof ScriptParse;
}

function unread(path: string): FileImports['open'][number] {
  return { line: 1, text: `*.${extensionOf(path) || 'script'}`, reason: 'language' };
}

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

function languageOfShebang(source: string): Language {
  const line = /^#!([^\n]*)/.exec(normalizeSource(source))?.[1];
  if (line === undefined) return 'none';
  if (line.includes('python')) return 'python';
  if (/\bnode\b/.test(line)) return 'js';
  return /\b(bun|deno|tsx|ts-node)\b/.test(line) ? 'tsx' : 'unread';
}
