import { statSync } from 'node:fs';
import type { SecureContextOptions, Server } from 'node:tls';

import { messageOf } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';

import { readCertificate } from './certificate.js';
import type { Certificate, CertificateFiles } from './certificate.js';

/** Milliseconds. */
const defaultEvery = 10_000;
const week = 7 * 86_400_000;

export interface ServedCertificateOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** One line about a renewal, or about what is in its way. */
  readonly tell: (message: string) => void;
  /** Milliseconds between two looks at the files. */
  readonly every?: number;
}

/**
 * The certificate in two files, as it was when it was last good. Whoever renews it only replaces the files: connections that begin
 * later get the new one. Files that do not fit together, as while they are being replaced, change nothing, are told once, and are looked at again.
 */
export class ServedCertificate {
  readonly #files: CertificateFiles;
  readonly #options: ServedCertificateOptions;
  #mark: string;
  #current: Certificate;
  #told: string | undefined;

  /** @throws MlError ERR_ML_SERVER_CONFIG */
  constructor(files: CertificateFiles, options: ServedCertificateOptions) {
    this.#files = files;
    this.#options = options;
    // Before they are read: what changes meanwhile is found by the next look.
    this.#mark = markOf(files);
    this.#current = readCertificate(files);
    this.#tellOnce(this.#ending());
  }

  /** For a server of TLS, also where NODE_OPTIONS would let older versions of it in. */
  get context(): SecureContextOptions {
    const { cert, key } = this.#current;
    return { cert, key, minVersion: 'TLSv1.2' };
  }

  /** Looks at the files for as long as the server is open. Keeps no process from ending. */
  keepRenewed(server: Server): void {
    const timer = setInterval(() => {
      this.#look(server);
    }, this.#options.every ?? defaultEvery).unref();
    server.once('close', () => {
      clearInterval(timer);
    });
  }

  #look(server: Server): void {
    try {
      const mark = markOf(this.#files);
      if (mark !== this.#mark) this.#renew(server, mark);
      this.#tellOnce(this.#ending());
    } catch (error) {
      this.#tellOnce(`The certificate is not renewed, and served as it was. ${messageOf(error)}`);
    }
  }

  #renew(server: Server, mark: string): void {
    this.#current = readCertificate(this.#files);
    server.setSecureContext(this.context);
    this.#mark = mark;
    this.#options.tell(
      `The certificate in ${this.#files.cert} was renewed: valid until ${dayOf(this.#current.endsAt)}`,
    );
  }

  /** What is to be told of its end; undefined as long as that is far. */
  #ending(): string | undefined {
    const { endsAt } = this.#current;
    const left = endsAt - this.#options.clock.now();
    if (left > week) return undefined;
    const verb = left > 0 ? 'ends' : 'has ended';
    return `The certificate in ${this.#files.cert} ${verb} on ${dayOf(endsAt)}: replace it and its key, the server reads them anew`;
  }

  #tellOnce(message: string | undefined): void {
    if (message !== undefined && message !== this.#told) this.#options.tell(message);
    this.#told = message;
  }
}

/** Another one whenever the files may be others; links are followed, which is how most are renewed. */
function markOf({ cert, key }: CertificateFiles): string {
  try {
    return [cert, key]
      .map((path) => statSync(path, { bigint: true }))
      .map(({ ino, size, mtimeNs, ctimeNs }) => [ino, size, mtimeNs, ctimeNs].join(' '))
      .join('\n');
  } catch {
    // Reading them tells why.
    return '';
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
