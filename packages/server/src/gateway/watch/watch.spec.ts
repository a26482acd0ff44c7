import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { GatewayRig } from '../testing/gateway-rig.js';
import { RequestLog } from './request-log.js';

let rig: GatewayRig;
beforeEach(() => {
  rig = new GatewayRig();
});
afterEach(async () => {
  await rig.close();
});

describe('what is told', () => {
  it('is metrics by model, version and arm, whatever names clients make up', async () => {
    await rig.start();
    await rig.serve(rig.release('one'));
    await rig.add(1, 2);
    for (let at = 0; at < 20; at += 1) await rig.ask(`/v2/models/made-up-${String(at)}/infer`, '{}');
    const text = String((await rig.ask('/metrics')).json);
    expect(text).toMatch(
      /nx_ml_gateway_requests_total\{model="sum",version="[0-9a-f]{12}",arm="baseline",status="200"\} 1/,
    );
    expect(text).toContain(
      'nx_ml_gateway_requests_total{model="none",version="none",arm="none",status="404"} 20',
    );
    expect(text).toContain('nx_ml_gateway_model_ready{model="sum"} 1');
    expect(text).not.toContain('made-up');
  });

  it('is whole requests in a file that is asked for, sampled by id, in files of bounded size', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nx-ml-request-log-'));
    const file = join(folder, 'requests.jsonl');
    const options = {
      file,
      sample: 1,
      bytes: 2000,
      files: 3,
      now: () => 0,
      chance: () => 'x',
      warn: () => undefined,
    };
    const log = new RequestLog(options);
    await rig.start({ requestLog: log });
    await rig.serve(rig.release('one'));
    for (let at = 0; at < 30; at += 1) {
      await rig.add(at, 2, { id: String(at) });
      log.flush();
    }
    const last = readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({
      time: '1970-01-01T00:00:00.000Z',
      model: 'sum',
      arm: 'baseline',
      status: 200,
      request: { id: '29', inputs: [{ data: [29, 2] }] },
      answer: { outputs: [{ data: [31] }] },
    });
    for (const each of [file, `${file}.1`, `${file}.2`])
      expect(statSync(each).size).toBeLessThanOrEqual(2000);
    expect(() => statSync(`${file}.3`)).toThrow('ENOENT');
    expect(statSync(file).mode & 0o077).toBe(0);
    rmSync(folder, { recursive: true });
  });
});
