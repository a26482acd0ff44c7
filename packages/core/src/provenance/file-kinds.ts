/**
 * What a file is, told by its name alone. The lists decide which edits cost a training, so they are short, and each
 * line says why it is safe to leave the file out of a run key.
 */
/** Prose about a project, by the names that it goes by. Other Markdown counts: prompts and corpora are kept in it too. */
const documentation =
  /(^|\/)(README|CHANGELOG|CHANGES|HISTORY|CONTRIBUTING|CODE_OF_CONDUCT|SECURITY|LICEN[CS]E|COPYING|NOTICE|AUTHORS|CODEOWNERS)([._-][^/]*)?$/i;
const documentationEnding = /(^|\/)[^./]+(\.(md|mdx|rst|adoc|txt))?$/i;

const specs: readonly RegExp[] = [
  /\.(spec|test)\.[^/]+$/, // jest, vitest, node --test
  /(^|\/)(__tests__|__snapshots__)\//,
  /(^|\/)(test_[^/]*|[^/]*_test|conftest)\.py$/, // pytest
];

const toolConfiguration: readonly RegExp[] = [
  /(^|\/)ml\.ya?ml$/, // its values enter the key field by field
  /(^|\/)project\.json$/, // Nx's own, the step never sees it
  /(^|\/)\.(gitignore|gitattributes|nxignore|dockerignore|editorconfig|npmignore|npmrc)$/,
  /(^|\/)(eslint|prettier|jest|vitest)\.(config|setup)\.[^/]+$/, // linters, formatters, test runners
  /(^|\/)\.(eslint|prettier)(rc|ignore)(\.[^/]+)?$/,
  /(^|\/)\.(vscode|idea|github)\//,
  /(^|\/)tsconfig\.(spec|lib|eslint)\.json$/,
  /(^|\/)(\.ruff_cache|\.mypy_cache|\.pytest_cache|__pycache__)\//,
  /(^|\/)(\.?ruff|mypy|pytest|tox)\.(toml|ini)$/,
];

const sources = /\.(py|pyi|js|mjs|cjs|jsx|ts|mts|cts|tsx)$/;

const matches = (patterns: readonly RegExp[], path: string): boolean =>
  patterns.some((pattern) => pattern.test(path));

export function isDocumentation(path: string): boolean {
  return documentation.test(path) && documentationEnding.test(path);
}

export function isSpec(path: string): boolean {
  return matches(specs, path);
}

/** Files that steer tools around the code and that no training reads. */
export function isToolConfiguration(path: string): boolean {
  return matches(toolConfiguration, path);
}

/** Source code whose imports we can read, so that it counts only where it is imported. */
export function isParsedSource(path: string): boolean {
  return sources.test(path);
}

/** Could a step read this file? False for prose, specs and tool configuration. */
export function mayBeRead(path: string): boolean {
  return !isDocumentation(path) && !isSpec(path) && !isToolConfiguration(path);
}

/** A package manifest enters a key by the few fields that change how its code loads, not by its bytes. */
export function isPackageManifest(path: string): boolean {
  return /(^|\/)package\.json$/.test(path);
}
