/**
 * Which files a program is made of: parses Python, JavaScript and TypeScript, follows their imports through the
 * projects of a monorepo, and says which files, packages and projects a training step depends on. The rule is sound
 * first, then fine: an import that is missed gives a stale model, one too many costs a needless training.
 */
export { importClosure, ImportGraph } from './closure.js';
export type { ImportClosure } from './closure.js';
export * from './model.js';
export { parseImports } from './parse.js';
export { pythonProjectEdges } from './python-edges.js';
export type { PythonProjectEdge } from './python-edges.js';
export { isStandardLibrary } from './stdlib.js';
export { childrenOf } from './syntax.js';
