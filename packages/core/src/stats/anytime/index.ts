/** Evidence and intervals that hold at every look: watching a stream costs nothing. */
export * from './betting-hedged.js';
export * from './e-process.js';
export * from './empirical-bernstein.js';
export * from './radii.js';
