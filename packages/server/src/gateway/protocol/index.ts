/** The Open Inference Protocol v2 as data: tensors, requests, answers. Pure. docs/design/gateway.md. */
export * from './check-outputs.js';
export * from './inference-failure.js';
export * from './read-answer.js';
export * from './read-request.js';
export * from './tensor.js';
export * from './write-answer.js';
