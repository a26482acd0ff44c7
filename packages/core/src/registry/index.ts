/** Which version of a model is which: aliases such as `champion`, in an append-only journal. Pure. */
export * from './accepted-model.js';
