/** What goes wrong with a model's process, and how often. */
export interface Fault {
  /** `crash`: it ends before it is ready. */
  readonly what: 'crash' | 'fail' | 'slow' | 'schema' | 'nan' | 'die';
  /** `example`: what is asked before users could notice, too. Otherwise on real requests alone, which are not foreseen. */
  readonly also?: 'example';
  /** Of the requests, from 0 to 1; all where it is not said. */
  readonly share?: number;
}

/** The example of every bundle here; real requests have other numbers. */
export const exampleRow = [0.5, 1] as const;

/** Milliseconds that an answer takes which is `slow`. */
const slowness = 1000;

/**
 * A model as a process of the user's own: the sum of a row by the Open Inference Protocol, and what `faults.json` beside it says that goes
 * wrong.
 */
export const faultyProgram = `
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');
const { port } = JSON.parse(readFileSync(process.env.ML_SERVE, 'utf8'));
const fault = JSON.parse(readFileSync(join(__dirname, 'faults.json'), 'utf8'));
if (fault.what === 'crash') {
  console.error('no GPU');
  process.exit(7);
}

const example = '${exampleRow.join(',')}';
const tensor = (name, data) => JSON.stringify({ outputs: [{ name, datatype: 'FP32', shape: [1], data: [data] }] });

function answer(row, response) {
  const sum = row[0] + row[1];
  const isMeant = row.join(',') !== example || fault.also === 'example';
  const what = isMeant && Math.random() < (fault.share ?? 1) ? fault.what : undefined;
  if (what === 'die') process.kill(process.pid, 'SIGKILL');
  else if (what === 'fail') response.writeHead(500).end('{"error":"out of memory"}');
  else if (what === 'schema') response.end(tensor('z', sum));
  else if (what === 'nan') response.end(tensor('y', 0).replace('[0]', '[NaN]'));
  else setTimeout(() => response.end(tensor('y', sum)), what === 'slow' ? ${String(slowness)} : 0);
}

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    if (request.url === '/v2/health/ready') response.end();
    else if (request.url === '/pid') response.end(String(process.pid));
    else answer(JSON.parse(Buffer.concat(pieces)).inputs[0].data, response);
  });
});
server.keepAliveTimeout = 60000;
server.listen(port, '127.0.0.1', () => console.log('model process ' + process.pid));
`;
