/** Reference values and who serves them: for the spec and for `npm run references`. The product does not load it. */
export * from './case.js';
