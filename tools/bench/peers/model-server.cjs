// A model's process, as a user writes one: the sum of each row, by the Open Inference Protocol. Where no ML_SERVE names its port it takes a
// free one.
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');

const port =
  process.env.ML_SERVE === undefined ? 0 : JSON.parse(readFileSync(process.env.ML_SERVE, 'utf8')).port;
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200).end();
    return;
  }
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const [{ shape, data }] = JSON.parse(Buffer.concat(pieces).toString()).inputs;
    const sums = Array.from({ length: shape[0] }, (_, row) =>
      data.slice(row * shape[1], (row + 1) * shape[1]).reduce((sum, each) => sum + each, 0),
    );
    const outputs = [{ name: 'y', datatype: 'FP32', shape: [shape[0], 1], data: sums }];
    const text = JSON.stringify({ model_name: 'm', outputs });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    response.writeHead(200, headers).end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(port, '127.0.0.1', () => console.error(`listens on http://127.0.0.1:${server.address().port}`));
process.once('SIGTERM', () => process.exit(0));
