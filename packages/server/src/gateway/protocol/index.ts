/** The Open Inference Protocol v2 as data: tensors, requests, answers. Pure. docs/design/gateway.md. */
export * from './inference-failure.js';
export * from './tensor.js';
