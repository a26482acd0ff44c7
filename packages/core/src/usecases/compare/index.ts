/** Two training methods side by side: by commits, runs or parameters, on the seeds and folds that both have. */
export * from './compare-sides.js';
export type { Commits } from './runs-at-commit.js';
export type { MethodSide } from './find-side.js';
