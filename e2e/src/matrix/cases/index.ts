/**
 * Every kind of change that the affected matrix covers, a file for each group. The spec makes them on real Nx, and
 * docs/affected-matrix.md tells what it saw.
 */
import type { MatrixGroup } from '../matrix-case.js';
import { caches } from './caches.js';
import { code } from './code.js';
import { data } from './data.js';
import { environment } from './environment.js';
import { git } from './git.js';
import { parameters } from './parameters.js';
import { words } from './words.js';

export const matrix: readonly MatrixGroup[] = [words, parameters, code, data, environment, caches, git];
