import { randomBytes } from 'node:crypto';

/** Requests that are remembered; of each some 100 bytes. */
const mostRemembered = 100_000;

/**
 * Knows the requests that were answered, so that none is answered twice. A request names the life of the gateway that it is for, and a life
 * ends with the process, and when it has as many requests as can be remembered: what belongs to an earlier one is never
 * answered, so that nothing has to be kept on disk.
 */
export class Replays {
  readonly #seen = new Set<string>();
  #life = newLife();

  constructor(private readonly most = mostRemembered) {}

  /** 32 hexadecimal digits: what requests of now must name. */
  get life(): string {
    return this.#life;
  }

  /** @returns false for one that was seen, is of another life, or is none */
  take(life: unknown, id: unknown): boolean {
    if (life !== this.#life || typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id) || this.#seen.has(id))
      return false;
    this.#seen.add(id);
    if (this.#seen.size >= this.most) {
      this.#seen.clear();
      this.#life = newLife();
    }
    return true;
  }
}

function newLife(): string {
  return randomBytes(16).toString('hex');
}
