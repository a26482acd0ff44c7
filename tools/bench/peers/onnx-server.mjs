// The least that serves an ONNX model over HTTP: node:http, JSON, onnxruntime-node, no check of anything. node onnx-server.mjs FILE
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../packages/server/package.json', import.meta.url));
const { InferenceSession, Tensor } = require('onnxruntime-node');

const session = await InferenceSession.create(process.argv[2]);
const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', async () => {
    const [{ shape, data }] = JSON.parse(Buffer.concat(pieces).toString()).inputs;
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.from(data), shape) });
    const outputs = [{ name: 'y', datatype: 'FP32', shape: y.dims, data: Array.from(y.data) }];
    const text = JSON.stringify({ model_name: 'm', outputs });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    response.writeHead(200, headers).end(text);
  });
});
server.listen(0, '127.0.0.1', () => console.error(`listens on http://127.0.0.1:${server.address().port}`));
process.once('SIGTERM', () => process.exit(0));
