import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import type { FolderStore } from '@nx-ml/core/adapters/store-fs';
import type { DeployEntry } from '@nx-ml/core/deploy';
import { digestOf } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import type { ObjectRef } from '@nx-ml/core/store';
import { DeployJournal } from '@nx-ml/core/usecases/deploy';
import { Registry } from '@nx-ml/core/usecases/registry';

import { startCommand } from '../run-command.js';
import type { CommandResult, RunningCommand } from '../run-command.js';
import { bundleFiles } from './service-bundle.js';
import type { ServiceBundle } from './service-bundle.js';

/** The built command line, as an installed package would have it. */
export const nxMlMain = join(__dirname, '../../../nx-ml/dist/cli/main.js');

const workspaceId = 'service';

/** What is deployed, and how. */
export interface PlaceOptions {
  /** Of the gateway's admin listener. */
  readonly admin: string;
  readonly token: string;
  /** Lines of ml.yaml under `deploy:` beside the environments. */
  readonly deploy?: string;
  /** As of `configure`. */
  readonly environment: string;
}

/** A version that was made the champion. */
export interface PromotedVersion {
  /** As the bundle was named. */
  readonly name: string;
  readonly manifest: Digest;
  readonly bundle: ObjectRef;
}

/**
 * A workspace with the service `mail-api` of the one model `m`, and a store of its own. Bundles become champions of the registry without a
 * training; deploying them is the command line's, in processes of their own.
 */
export class ServicePlace {
  readonly base = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-service-')));
  readonly root = join(this.base, 'workspace');
  readonly store = join(this.base, 'store');

  constructor(private readonly options: PlaceOptions) {
    this.write('nx.json', JSON.stringify({ plugins: [{ plugin: 'nx-ml', options: { workspaceId } }] }));
    this.write('.gitignore', '.nx-ml\n');
    this.configure(options.environment);
  }

  /** @param environment keys of the environment, as YAML in braces has them: `steps: [0.5], lease: 2` */
  configure(environment: string): void {
    const { admin, deploy = '' } = this.options;
    this.write(
      'services/mail-api/ml.yaml',
      `kind: service
models: { m: m }
deploy:
${deploy}  environments:
    - { name: production, target: { gateway: '${admin}' }, ${environment} }
`,
    );
  }

  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  openStore(): Promise<FolderStore> {
    return openFolderStore({ root: this.store });
  }

  /** Puts a bundle into the store, and makes it the champion of `m`. */
  async promote(made: ServiceBundle): Promise<PromotedVersion> {
    const { digest: manifest, files } = bundleFiles(made);
    const folder = mkdtempSync(join(this.base, 'bundle-'));
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const { objects, journals } = await this.openStore();
    const bundle = await objects.putTree(folder);
    rmSync(folder, { recursive: true });
    const model = await objects.putBytes(Buffer.from(manifest));
    const registry = new Registry(journals, workspaceId);
    const { length, versions } = await registry.state('m');
    const shared = {
      formatVersion: 1,
      at: new Date().toISOString(),
      model,
      metrics: {},
      version: versions.length + 1,
    } as const;
    await registry.append('m', length, { ...shared, type: 'version', bundle, manifest });
    const evidence = {
      seed: 1,
      params: {},
      predictions: model,
      testSet: digestOf('t'),
      question: digestOf('q'),
    };
    await registry.append('m', length + 1, { ...shared, ...evidence, type: 'champion', because: 'pass' });
    return { name: made.name, manifest, bundle };
  }

  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.base,
      NX_ML_STORE: this.store,
      NX_ML_GATEWAY_TOKEN: this.options.token,
      NX_DAEMON: 'false',
      NO_COLOR: '1',
      ...extra,
    };
  }

  /** Starts the command line. */
  start(args: readonly string[], extra: Readonly<Record<string, string>> = {}): RunningCommand {
    return startCommand(process.execPath, [nxMlMain, ...args], {
      cwd: this.root,
      env: this.environment(extra),
    });
  }

  cli(args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    return this.start(args, extra).ended;
  }

  /** Entries of the service's journal, the oldest first. Reading them verifies their chain. */
  async history(): Promise<readonly DeployEntry[]> {
    const { journals } = await this.openStore();
    const place = { service: 'mail-api', environment: 'production' };
    return new DeployJournal(journals, workspaceId, place).entries();
  }

  dispose(): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}
