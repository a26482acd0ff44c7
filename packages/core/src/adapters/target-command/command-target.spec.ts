import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { releaseId } from '../../deploy/index.js';
import type { Release } from '../../deploy/index.js';
import { describeDeployTarget } from '../../deploy/target.contract.js';
import type { StageableRelease, TargetRig } from '../../deploy/testing/target-rig.js';
import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { CommandTarget } from './command-target.js';

const place = { service: 's', environment: 'production' };
const hook = join(__dirname, 'testing/hook.mjs');

function targetOf(command: string, env: Record<string, string> = {}): CommandTarget {
  const { PATH = '' } = process.env;
  return new CommandTarget({ command, cwd: tmpdir(), env: { PATH, ...env } }, place);
}

function releaseOf(name: string, fault?: string): StageableRelease {
  const release: Release = { formatVersion: 1, service: 's', models: { m: digestOf(name) }, config: {} };
  return { id: releaseId(release), release, bundles: { m: `/bundles/${fault ?? name}` } };
}

function open(): Promise<TargetRig> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'nx-ml-target-command-'));
  const state = join(folder, 'state.json');
  const command = `"${process.execPath}" "${hook}"`;
  const target = targetOf(command, { ML_HOOK_STATE: state });
  const call = (name: string, document: unknown): unknown => {
    const { stdout } = spawnSync(process.execPath, [hook], {
      env: { ML_HOOK_STATE: state, ML_DEPLOY: name },
      input: JSON.stringify(document),
      encoding: 'utf8',
    });
    return JSON.parse(stdout) as unknown;
  };
  return Promise.resolve({
    target,
    can: {},
    shortLease: 1000,
    release: (name, fault) => Promise.resolve(releaseOf(name, fault)),
    ask: (count) => Promise.resolve(call('ask', { count }) as (Digest | null)[]),
    wait: (seconds) => Promise.resolve(void call('wait', { seconds })),
    again: () => Promise.resolve(targetOf(command, { ML_HOOK_STATE: state })),
    reach: (isReachable) => {
      if (isReachable) fs.rmSync(`${state}.off`);
      else fs.writeFileSync(`${state}.off`, '');
      return Promise.resolve();
    },
    close: () => {
      fs.rmSync(folder, { recursive: true, force: true });
    },
  });
}

describeDeployTarget('a command', open);

describe('CommandTarget', () => {
  const print = (value: unknown): string => `cat >/dev/null; echo '${JSON.stringify(value)}'`;

  it('tells which call it is, in the environment and in the document, and nothing that was not named', async () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'nx-ml-target-command-'));
    const command = `cat > ${folder}/in; env > ${folder}/env; echo '${JSON.stringify({ revision: '1', route: { baseline: null }, previous: null })}'`;
    process.env['NX_ML_SPEC_SECRET'] = 'hidden';
    try {
      await targetOf(command, { SHOWN: 'yes' }).rollback(undefined, 'empty answers');
      const seen = fs.readFileSync(join(folder, 'env'), 'utf8');
      expect(seen).toMatch(/^ML_DEPLOY=rollback$/m);
      expect(seen).toMatch(/^SHOWN=yes$/m);
      expect(seen).not.toContain('NX_ML_SPEC_SECRET');
      expect(JSON.parse(fs.readFileSync(join(folder, 'in'), 'utf8'))).toEqual({
        formatVersion: 1,
        call: 'rollback',
        ...place,
        to: null,
        reason: 'empty answers',
      });
    } finally {
      delete process.env['NX_ML_SPEC_SECRET'];
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each([
    ['fails', 'echo "no such cluster" >&2; exit 3', /ended with 3: "no such cluster"/],
    ['is ended', 'kill -9 $$', /ended with SIGKILL/],
    ['is not there', '/nonexistent/deploy', /ended with 127/],
    ['prints nothing', 'true', /printed nothing/],
    ['prints no JSON', 'echo hello', /printed "hello"/],
    ['prints more than an answer can be', 'head -c 9000000 /dev/zero', /more than 8000000 bytes/],
    ['prints another document', print({ revision: 1 }), /answers what it should not: revision/],
    [
      'serves what is no release',
      print({ revision: '1', route: { baseline: 'x' }, previous: null }),
      /baseline/,
    ],
    ['refuses', print({ refused: 'the cluster is frozen' }), /refuses "observe": the cluster is frozen/],
  ])('believes nothing of a command that %s', async (_, command, message) => {
    await expect(targetOf(command).observe()).rejects.toMatchObject({
      code: 'ERR_ML_DEPLOY_TARGET',
      message: expect.stringMatching(message) as string,
    });
  });

  it('tells what cannot be done at all from what may be tried again', async () => {
    const never = targetOf(print({ refused: 'there is no shadow traffic here', for: 'ever' }));
    await expect(never.route('1', { baseline: null })).rejects.toMatchObject({
      code: 'ERR_ML_DEPLOY_REFUSED',
    });
  });

  it('leaves no process behind when it is cancelled', async () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'nx-ml-target-command-'));
    const abort = new AbortController();
    const watcher = fs.watch(folder, () => {
      if (fs.existsSync(join(folder, 'pid'))) abort.abort();
    });
    const command = `sleep 600 & echo $! > ${folder}/new; mv ${folder}/new ${folder}/pid; wait`;
    const { release, bundles } = releaseOf('first');
    try {
      await expect(targetOf(command).stage(release, bundles, abort.signal)).rejects.toThrow(/cancelled/);
      const pid = Number(fs.readFileSync(join(folder, 'pid'), 'utf8'));
      expect(isRunning(pid)).toBe(false);
    } finally {
      watcher.close();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** A zombie that nobody has reaped yet runs no more. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}
