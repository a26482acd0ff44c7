import { existsSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';

import { checkRelativePath, MlError } from '@nx-ml/core/kernel';
import type { ImportFrom } from '@nx-ml/core/usecases/import';

import { usageError } from './command.js';
import type { ParsedOptions } from './command.js';
import { inWorkspace } from './workspace-root.js';
import type { TypedIn } from './workspace-root.js';

export interface ImportWords extends Omit<ParsedOptions, 'lists'>, TypedIn {
  readonly help: string;
}

export interface ImportPlan {
  readonly from: ImportFrom;
  readonly to: { readonly folder: string; readonly name: string | undefined };
}

/** What a command line asks to import, and where to. @throws MlError ERR_ML_USAGE, ERR_ML_PATH_UNSAFE */
export function readImportSource(words: ImportWords): ImportPlan {
  const { values, positionals, help } = words;
  const [source, path, ...more] = positionals;
  const { to } = values;
  if (source === undefined || more.length > 0)
    throw usageError('name one source, and of a repository one pointer', help);
  if (typeof to !== 'string') throw usageError('--to names the folder of the dataset', help);
  const folder = inWorkspace(to, words);
  if (folder === '')
    throw usageError('--to names the workspace itself, and a dataset has a folder of its own', help);
  const name = textOf(values['name']);
  if (name !== undefined && (checkRelativePath(name).includes('/') || name.startsWith('.')))
    throw usageError('--name is the name of a file or folder in the dataset, without /', help);
  const from = isRepository(source, words.cwd)
    ? repositorySource(source, path, words)
    : urlSource(source, path, words);
  return { from, to: { folder, name } };
}

function isRepository(source: string, cwd: string): boolean {
  if (/^git\+|^ssh:\/\/|^git:\/\/|^file:\/\/|^[\w.-]+@[\w.-]+:|\.git\/?$/.test(source)) return true;
  const folder = resolve(cwd, source);
  return !/^[a-z]+:\/\//i.test(source) && existsSync(folder) && statSync(folder).isDirectory();
}

function repositorySource(source: string, path: string | undefined, words: ImportWords): ImportFrom {
  const { values, help, root, cwd } = words;
  if (values['sha256'] !== undefined)
    throw usageError('--sha256 goes with a URL: a pointer has its digest', help);
  if (path === undefined)
    throw usageError('name the pointer in the repository: a .ref.json or .dvc file', help);
  if (/^[a-z+]+:\/\/[^/@]*:[^/@]*@/i.test(source)) throw withSecret();
  const folder = resolve(cwd, source);
  const isFolder = existsSync(folder) && statSync(folder).isDirectory();
  const repository = isFolder ? relative(root, folder).split(sep).join('/') || '.' : source;
  return { repository, revision: textOf(values['rev']), path: checkRelativePath(path) };
}

function urlSource(source: string, path: string | undefined, { values, help }: ImportWords): ImportFrom {
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw usageError(`${source} is neither an http or https URL nor a repository that is there`, help);
  if (path !== undefined || values['rev'] !== undefined)
    throw usageError('a URL takes no PATH and no --rev; write git+ before the address of a repository', help);
  const isSecret = [...url.searchParams.keys()].some((key) =>
    /sig|token|secret|credential|api_?key|password/i.test(key),
  );
  if (url.username !== '' || url.password !== '' || isSecret) throw withSecret();
  const sha256 = textOf(values['sha256'])
    ?.toLowerCase()
    .replace(/^sha256:/, '');
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256))
    throw usageError('--sha256 takes 64 hexadecimal digits', help);
  return { url: url.href, sha256 };
}

function withSecret(): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: 'The address holds a password or a token, which git would keep with the pointer',
    fix: 'Download the data by hand, and add it: nx-ml data add. Credentials of git belong to git.',
  });
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
