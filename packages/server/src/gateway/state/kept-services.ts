import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { prettyJson } from '@nx-ml/core/documents';
import { isDigest, isJsonObject, parseJson } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import { inaccessible } from '../../access/state/index.js';
import type { StateFolder } from '../../access/state/index.js';
import type { ServiceState } from '../gateway-control.js';

const folder = 'services';

/** The route of each service, one file each, replaced whole: whoever reads finds the old one or the new one. */
export class KeptServices {
  constructor(
    private readonly state: StateFolder,
    /** Milliseconds since the epoch; for people only. */
    private readonly now: () => number,
  ) {
    state.folder(folder);
  }

  /** Durable when it returns. @throws MlError ERR_ML_SERVER_STATE */
  keep({ service, revision, baseline, previous }: ServiceState): void {
    const at = new Date(this.now()).toISOString();
    const document = { formatVersion: 1, service, revision, baseline, previous, at };
    const name = `${folder}/${fileOf(service)}`;
    try {
      this.state.replace(name, prettyJson(document));
    } catch (error) {
      // Whatever the disk says: going back goes on without it, and must know this failure by its code.
      throw inaccessible(join(this.state.path, name), error);
    }
  }

  /** @param onWrong told of a file that is none of ours; the others are read all the same. @throws MlError ERR_ML_SERVER_STATE */
  all(onWrong: (path: string) => void): ServiceState[] {
    const path = join(this.state.path, folder);
    const names = readdirSync(path).filter((name) => name.endsWith('.json'));
    return names.sort().flatMap((name) => {
      const bytes = this.state.read(`${folder}/${name}`)?.bytes ?? Buffer.alloc(0);
      const state = readState(parseJson(bytes.toString('utf8')));
      if (state !== undefined && fileOf(state.service) === name) return [state];
      onWrong(join(path, name));
      return [];
    });
  }
}

/** Its name may hold a slash, and differ from another's by its case alone. */
function fileOf(service: string): string {
  return `${createHash('sha256').update(service).digest('hex')}.json`;
}

function readState(document: unknown): ServiceState | undefined {
  if (!isJsonObject(document) || document['formatVersion'] !== 1) return undefined;
  const { service, revision, baseline, previous } = document;
  if (typeof service !== 'string' || typeof revision !== 'string') return undefined;
  if (!isRelease(baseline) || !isRelease(previous)) return undefined;
  return { service, revision, baseline, previous };
}

function isRelease(value: unknown): value is Digest | null {
  return value === null || isDigest(value);
}
