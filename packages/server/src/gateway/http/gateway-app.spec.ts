import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';

import Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';
import { parse } from 'yaml';

import { until } from '../../../../core/src/adapters/engine-local/testing/processes.js';
import { InferenceFailure } from '../protocol/index.js';
import { GatewayRig, sum, sumRequest } from '../testing/gateway-rig.js';

/** https://github.com/kserve/open-inference-protocol, specification/protocol/open_inference_rest.yaml, as published. */
const published = parse(
  readFileSync(join(__dirname, 'fixtures', 'open_inference_rest.yaml'), 'utf8'),
) as object;
const ajv = new Ajv({ strict: false });
ajv.addSchema(published, 'published');
const schemaOf = (name: string): ValidateFunction => {
  const validate = ajv.getSchema(`published#/components/schemas/${name}`);
  if (validate === undefined) throw new Error(`The published document has no ${name}.`);
  return validate;
};
const check = (name: string, json: unknown): void => {
  const validate = schemaOf(name);
  expect([validate(json), validate.errors]).toEqual([true, null]);
};

let rig: GatewayRig;
beforeEach(() => {
  rig = new GatewayRig();
});
afterEach(async () => {
  await rig.close();
});

const infer = '/v2/models/sum/infer';

describe('the protocol', () => {
  it('is as it was published: server, model, inference, errors', async () => {
    await rig.start();
    await rig.serve(rig.release('one'));
    check('inference_request', JSON.parse(sumRequest(1, 2, { id: '42' })));
    const { json, status, release } = await rig.add(1, 2, { id: '42', outputs: [{ name: 'sum' }] });
    check('inference_response', json);
    const version = (json as { model_version: string }).model_version;
    expect([status, json]).toEqual([
      200,
      {
        model_name: 'sum',
        model_version: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
        id: '42',
        outputs: [{ name: 'sum', datatype: 'FP64', shape: [1], data: [3] }],
      },
    ]);
    expect(release).toMatch(/^sha256:[0-9a-f]{64}$/);
    for (const path of ['/v2', '/v2/']) check('metadata_server_response', (await rig.ask(path)).json);
    for (const path of ['/v2/models/sum', `/v2/models/sum/versions/${version}`]) {
      const model = await rig.ask(path);
      check('metadata_model_response', model.json);
      expect(model.json).toMatchObject({ name: 'sum', versions: [version], platform: 'fake' });
      expect((await rig.ask(`${path}/ready`)).json).toEqual({ name: 'sum', ready: true });
    }
    const named = await rig.ask(`/v2/models/sum/versions/${version}/infer`, sumRequest(2, 2));
    check('inference_response', named.json);
    for (const path of [infer, '/v2/models/nobody/infer', '/v2/models/sum/versions/000000000000/infer'])
      check('inference_error_response', (await rig.ask(path, '{}')).json);
    expect((await rig.ask('/v2/health/live')).json).toEqual({ live: true });
    expect((await rig.ask('/v2/health/ready')).status).toBe(200);
  });

  it.each([
    ['GET', '/v2/models/nobody', 404],
    ['GET', '/v2/models/nobody/ready', 404],
    ['GET', '/v2/models/sum/versions/0', 404],
    ['GET', infer, 404],
    ['POST', '/v2/models/nobody/infer', 404],
    ['POST', '/v2/models/%2e%2e%2fetc/infer', 404],
    ['POST', '/v2/models/..%00/infer', 404],
    ['POST', '/v2/models/%zz/infer', 404],
    ['POST', '/v2/models//infer', 404],
    ['POST', '/v2/models/sum/versions//infer', 404],
    ['POST', '/v2/models/sum/versions/0/infer', 404],
    ['POST', `/v2/models/${'a'.repeat(5000)}/infer`, 404],
    ['POST', '/nothing', 404],
  ])('answers %s %s with %d', async (method, path, status) => {
    await rig.start();
    await rig.serve(rig.release('one'));
    const answer = await rig.ask(path, method === 'POST' ? sumRequest(1, 1) : undefined);
    expect([answer.status, answer.json]).toEqual([status, { error: expect.any(String) as string }]);
  });

  it.each([
    ['a body over the limit', Buffer.alloc(100_001, 'a'), {}, 413],
    ['a body that is compressed', '{}', { 'content-encoding': 'gzip' }, 400],
    ['binary data', '{}', { 'inference-header-content-length': '2' }, 400],
    ['no JSON', '{"inputs":', {}, 400],
  ])('refuses %s', async (_, body, headers, status) => {
    await rig.start();
    await rig.serve(rig.release('one'));
    const answer = await rig.ask(infer, body, headers);
    expect([answer.status, answer.json]).toEqual([status, { error: expect.any(String) as string }]);
    expect((await rig.add(1, 1)).status).toBe(200);
  });

  it('refuses a body without a length when it grows over the limit', async () => {
    await rig.start();
    await rig.serve(rig.release('one'));
    const status = await new Promise((resolve, reject) => {
      const sent = request({ port: rig.port, host: '127.0.0.1', path: infer, method: 'POST' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject);
      for (let at = 0; at < 5; at += 1) sent.write(Buffer.alloc(40_000, 'a'));
      sent.end();
    });
    expect(status).toBe(413);
  });

  it('tells who failed, and when to come again', async () => {
    await rig.start();
    let kind: 'busy' | 'timeout' | 'unavailable' | 'model' | undefined;
    const fails: typeof sum = (asked) => {
      if (kind !== undefined) throw new InferenceFailure(kind, `it is ${kind}`);
      return sum(asked);
    };
    await rig.serve(rig.release('one', fails));
    const seen: unknown[] = [];
    for (kind of ['busy', 'timeout', 'unavailable', 'model'] as const) {
      const { status, json, headers } = await rig.add(1, 1);
      seen.push([status, json, headers.get('retry-after')]);
    }
    kind = undefined;
    expect(seen).toEqual([
      [429, { error: 'it is busy' }, '1'],
      [504, { error: 'it is timeout' }, null],
      [503, { error: 'it is unavailable' }, null],
      [500, { error: 'it is model' }, null],
    ]);
    expect(rig.accessLines.map((line) => (JSON.parse(line) as { status: number }).status)).toEqual([
      429, 504, 503, 500,
    ]);
  });

  it('says nothing of a bug but that there is one', async () => {
    await rig.start();
    let isBroken = false;
    const bug: typeof sum = (asked) => {
      if (isBroken) throw new TypeError('secret');
      return sum(asked);
    };
    await rig.serve(rig.release('one', bug));
    isBroken = true;
    expect(await rig.add(1, 1)).toMatchObject({
      status: 500,
      json: { error: 'the gateway failed; its log tells why' },
    });
    expect(rig.lines.join()).toContain('secret');
  });
});

it('is not ready when it closes, ends what is under way, and then the connection', async () => {
  await rig.start();
  let [letGo, reach, isHeld] = [(): void => undefined, (): void => undefined, false];
  const goes = new Promise<void>((resolve) => (letGo = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const held: typeof sum = async (asked) => {
    if (!isHeld) return sum(asked);
    reach();
    await goes;
    return sum(asked);
  };
  await rig.serve(rig.release('one', held));
  isHeld = true;
  const socket = connect(rig.port, '127.0.0.1');
  const body = sumRequest(1, 2);
  socket.write(`POST ${infer} HTTP/1.1\r\nhost: a\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`);
  let text = '';
  socket.on('data', (piece) => (text += String(piece)));
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await reached;
  const closed = rig.opened.app.close();
  await until(() => !rig.opened.app.server.listening);
  letGo();
  await Promise.all([closed, ended]);
  expect(text).toMatch(/^HTTP\/1\.1 200 OK[^]*connection: close[^]*"data":\[3\]/i);
  expect(rig.gateway.isReady).toBe(false);
  expect(rig.hosts.folders).toEqual([]);
});
