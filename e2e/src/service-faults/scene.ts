import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { GatewayTarget } from '@nx-ml/core/adapters/target-gateway';
import type { DeployResult, Observed } from '@nx-ml/core/deploy';
import { parseJson } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import type { RunningCommand } from '@nx-ml/testing';
import {
  faultyBundle,
  GatewayProcess,
  newSigningKey,
  ServicePlace,
  SteadyLoad,
} from '@nx-ml/testing/service';
import type { Fault, PromotedVersion } from '@nx-ml/testing/service';

import { withSmallDisk } from './small-disk.js';
import { WallClock } from './wall-clock.js';

/** How a deployment ended, as its command tells it. */
export interface Deployed {
  readonly code: number | null;
  /** Of the journal; `refused` where nothing was begun. */
  readonly outcome: string;
  /** The reason, or the error. */
  readonly told: string;
  readonly serving?: Digest;
}

/** Monotonic milliseconds between which there was no gateway. */
export interface Downtime {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds: answers over it are slow. Far above what a busy machine needs for one. */
const budget = 400;
const environment =
  'steps: [0.5], lease: 2, patience: 60s, requests: { least: 20, most: 200000 }, ' +
  'guardrails: [{ name: errors, clear: 2, tolerated: 0.04 }, { name: slow, clear: 3, tolerated: 0.1 }]';

/**
 * A service that a good release serves, signed, to users who never stop asking. One fault after another is brought to it; its history is
 * one, and so is the gateway's state.
 */
export class Scene {
  readonly base = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-faults-')));
  readonly state = join(this.base, 'state');
  readonly clock = new WallClock(this.base);
  readonly gateway: GatewayProcess;
  readonly downtimes: Downtime[] = [];
  /** The release that users should have: what was promoted last. */
  good = '' as Digest;
  readonly #key = newSigningKey();
  #place: ServicePlace | undefined;
  #load: SteadyLoad | undefined;
  #versions = 0;

  /** @param disk the size of a disk of its own for the gateway's state, which is gone with its process */
  constructor(disk?: string) {
    mkdirSync(this.state, { mode: 0o700 });
    this.gateway = new GatewayProcess({
      state: this.state,
      options: ['--trusted-key', this.#key.publicKey],
      env: this.clock.env,
      ...(disk !== undefined && { through: withSmallDisk(this.state, disk) }),
    });
  }

  async open(): Promise<void> {
    await this.gateway.start();
    const { admin, token } = this.gateway;
    const deploy = `  latencyBudget: ${String(budget)}\n`;
    this.#place = new ServicePlace({ admin, token, deploy, environment });
    await this.promote();
    const first = await this.deploy();
    if (first.outcome !== 'promoted') throw new Error(first.told);
    this.#load = new SteadyLoad({ url: () => this.gateway.url, clients: 6, pause: 8 });
  }

  get place(): ServicePlace {
    if (this.#place === undefined) throw new Error('It is not open.');
    return this.#place;
  }

  get load(): SteadyLoad {
    if (this.#load === undefined) throw new Error('It is not open.');
    return this.#load;
  }

  observe(): Promise<Observed> {
    const { admin: url, token } = this.gateway;
    return new GatewayTarget({ url, token }, 'mail-api').observe();
  }

  /** Another version of the model becomes the champion, signed by whom the gateway trusts, unless it is said otherwise. */
  promote(fault?: Fault, key = this.#key): Promise<PromotedVersion> {
    this.#versions += 1;
    return this.place.promote(faultyBundle(`version ${String(this.#versions)}`, fault, key));
  }

  /** Starts a deployment by the command line, in a process of its own. */
  start(env: Readonly<Record<string, string>> = {}, args: readonly string[] = []): RunningCommand {
    return this.place.start(['deploy', 'mail-api', '--by', 'spec', '--json', ...args], {
      ...this.clock.env,
      ...env,
    });
  }

  async deploy(env?: Readonly<Record<string, string>>, args?: readonly string[]): Promise<Deployed> {
    return this.ended(this.start(env, args));
  }

  async ended(command: RunningCommand): Promise<Deployed> {
    const { code, output } = await command.ended;
    const deployed = { code, ...endIn(output) };
    this.takeAsGood(deployed);
    return deployed;
  }

  /** Users should have what was promoted. */
  takeAsGood({ outcome, serving }: Omit<Deployed, 'code'>): void {
    if (outcome === 'promoted' && serving !== undefined) this.good = serving;
  }

  /** Until the candidate of a deployment has its share. */
  async untilTried(command: RunningCommand): Promise<void> {
    while (!(await this.#isTried())) {
      if (command.child.exitCode !== null)
        throw new Error(`It ended before it was tried: ${command.output()}`);
      await sleep(20);
    }
  }

  /** Until there is no candidate any more. */
  async untilAway(): Promise<void> {
    while (await this.#isTried()) await sleep(20);
  }

  async #isTried(): Promise<boolean> {
    return (await this.observe()).route.candidate !== undefined;
  }

  /** The process of the model that serves, as the gateway's log has it. */
  async servingProcess(): Promise<number> {
    const version = await this.load.versionNow();
    const told = this.gateway.lines.flatMap((line) => {
      const [, of, pid] = /m@(\w+): model process (\d+)/.exec(line) ?? [];
      return of === version ? [Number(pid)] : [];
    });
    return told.at(-1) ?? 0;
  }

  /** Kills the gateway at once, and starts it again. */
  async killGateway(): Promise<void> {
    const from = performance.now();
    await this.gateway.end('SIGKILL');
    await this.gateway.start();
    this.downtimes.push({ from, to: performance.now() });
  }

  async close(): Promise<void> {
    await this.#load?.stop();
    await this.gateway.end();
    this.#place?.dispose();
    rmSync(this.base, { recursive: true, force: true });
  }
}

/** @param output of a deployment with `--json` */
export function endIn(output: string): Omit<Deployed, 'code'> {
  const last = parseJson(output.trim().split('\n').at(-1) ?? '') as Partial<LastLine> | undefined;
  if (last?.type !== 'ended' || last.result === undefined) return { outcome: 'refused', told: output };
  const { outcome, reason, serving } = last.result;
  return { outcome, told: reason, ...(serving !== null && { serving }) };
}

interface LastLine {
  readonly type: string;
  readonly result: DeployResult;
}
