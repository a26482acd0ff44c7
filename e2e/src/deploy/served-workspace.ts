import { packagedWorkspace } from '@nx-ml/testing';

/** Answers for the model of `packagedWorkspace` by the protocol; what a request is answered with is put in by each version. */
const server = (answer: string): string => `import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { name, port } = JSON.parse(readFileSync(process.env.ML_SERVE, 'utf8'));
const answer = ${answer};
const server = createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  if (request.method === 'GET') return response.end('{}');
  const [{ data }] = JSON.parse(Buffer.concat(pieces).toString('utf8')).inputs;
  const label = answer(data[0]);
  const outputs = [{ name: 'label', datatype: 'BYTES', shape: [1], data: [label] }];
  response.writeHead(label === undefined ? 500 : 200).end(JSON.stringify({ model_name: name, outputs }));
});
server.listen(port, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

/** Versions of the code that serves one and the same model, each a bundle and a release of its own. */
export const serving = {
  first: server("() => 'first'"),
  second: server("() => 'second'"),
  /** Nothing that is asked before it serves knows: its example is another text. */
  bad: server("(text) => (text === 'hello' ? 'bad' : undefined)"),
};

/** A service over one model with a gate. @param admin address of the gateway’s listener for whoever deploys */
export function servedWorkspace(admin: string): Readonly<Record<string, string>> {
  return {
    ...packagedWorkspace,
    'models/mail/serve.mjs': serving.first,
    'services/mail-api/ml.yaml': `kind: service
models: { spam: mail }
deploy:
  environments:
    - name: production
      target: { gateway: '${admin}', token: MAIL_API_TOKEN }
      steps: [0.5]
      guardrails: [{ name: errors, tolerated: 0.05 }]
`,
  };
}

/** A request to the model. */
export function mailRequest(text: string): Buffer {
  return Buffer.from(
    JSON.stringify({ inputs: [{ name: 'text', datatype: 'BYTES', shape: [1], data: [text] }] }),
  );
}
