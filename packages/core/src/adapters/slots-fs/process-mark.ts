import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

import { digestOf, hexOf } from '../../kernel/index.js';

import { isAlive, isHolder, thisProcess } from './holder.js';

/**
 * Names this process for whoever finds later what it left: `<place>.<pid>.<started>`, safe as a part of a file's name.
 * The place is the machine and its process table: a pid means nothing to another container.
 */
export function processMark(): string {
  return `${place()}.${thisProcess()}`;
}

/** Did the process with this mark end? undefined where that cannot be told from here. */
export function hasEnded(mark: string): boolean | undefined {
  const [where = '', ...rest] = mark.split('.');
  const holder = rest.join('.');
  return where === place() && isHolder(holder) ? !isAlive(holder) : undefined;
}

function place(): string {
  return hexOf(digestOf(`${hostname()} ${processTable()}`)).slice(0, 8);
}

/** Linux has one for each PID namespace; elsewhere a machine has one. */
function processTable(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
