import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/**
 * Answers for one model in the Open Inference Protocol v2 until it is told to end. ML_SERVE names a JSON document: the model's name, its folder, a
 * port. Needs no library.
 *
 * @param load from the model's folder to a function that answers: from inputs by name, each a flat list, to outputs
 */
export async function serve(load) {
  const { name, model, port } = JSON.parse(readFileSync(process.env.ML_SERVE, 'utf8'));
  const answer = await load(model);
  const server = createServer(async (request, response) => {
    const { status, body } = await respond(request.method, request.url, await textOf(request), {
      name,
      answer,
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(port, '127.0.0.1');
  process.on('SIGTERM', () => server.close());
}

/** What is answered to one request. One that cannot be read is the caller's fault, a model that fails is ours; neither ends anything. */
export async function respond(method, url, text, { name, answer }) {
  const model = `/v2/models/${encodeURIComponent(name)}`;
  if (method === 'GET' && ['/v2/health/live', '/v2/health/ready', `${model}/ready`].includes(url))
    return { status: 200, body: { live: true, ready: true } };
  if (method !== 'POST' || url !== `${model}/infer`)
    return { status: 404, body: { error: `no ${method} ${url}` } };
  const read = await attempt(() => {
    const { id, inputs } = JSON.parse(text);
    return { id, inputs: Object.fromEntries(inputs.map(({ name, data }) => [name, data.flat(Infinity)])) };
  });
  if (read.error) return { status: 400, body: { error: read.error } };
  const { id, inputs } = read.value;
  const answered = await attempt(() => answer(inputs));
  if (answered.error) return { status: 500, body: { error: answered.error } };
  const outputs = answered.value;
  return { status: 200, body: { model_name: name, ...(id === undefined ? {} : { id }), outputs } };
}

async function attempt(work) {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: String(error.message) };
  }
}

/** One value a row. */
export const column = (name, datatype, data) => ({ name, datatype, shape: [data.length], data });

/** Columns of inputs as one object a row. */
export function rowsOf(inputs) {
  const [first] = Object.values(inputs);
  return first.map((_, row) =>
    Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, values[row]])),
  );
}

async function textOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
