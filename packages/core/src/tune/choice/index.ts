/** What a study has come to: which trial to believe, whether to go on, which parameters decided. */
export * from './gain.js';
export * from './importance.js';
export * from './pareto-front.js';
export * from './race.js';
