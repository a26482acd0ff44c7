import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Protos {
  readonly operations: Readonly<Record<string, readonly [request: string, response: string]>>;
  readonly messages: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

const protos = JSON.parse(readFileSync(join(__dirname, 'mlflow-protos.json'), 'utf8')) as Protos;

/** The messages of an operation, such as `GET runs/get`; undefined: the API has none of it. */
export function messagesOf(operation: string): readonly [request: string, response: string] | undefined {
  return protos.operations[operation];
}

/** What of a value its message does not allow. A query is all text. */
export function faultOf(message: string, value: unknown, isQuery = false): string | undefined {
  const fields = protos.messages[message];
  if (fields === undefined || typeof value !== 'object' || value === null) return `no ${message}`;
  const given = Object.entries(value);
  const lacking = Object.keys(fields).find(
    (name) => fields[name]?.endsWith('!') && !given.some(([each, of]) => each === name && of !== ''),
  );
  if (lacking !== undefined) return `${message} lacks ${lacking}`;
  for (const [name, each] of given) {
    const fault = fieldFault(fields[name], each, isQuery);
    if (fault !== undefined) return `${message}.${name}: ${fault}`;
  }
  return undefined;
}

function fieldFault(type: string | undefined, value: unknown, isQuery: boolean): string | undefined {
  if (type === undefined) return 'no such field';
  return isQuery ? undefined : typeFault(type.replace('!', ''), value);
}

function typeFault(type: string, value: unknown): string | undefined {
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) return 'no list';
    return value.map((each) => typeFault(type.slice(0, -2), each)).find((fault) => fault !== undefined);
  }
  const allowed = protos.enums[type];
  if (allowed !== undefined) return allowed.includes(String(value)) ? undefined : `never ${String(value)}`;
  if (type === 'string') return typeof value === 'string' ? undefined : 'no text';
  if (type === 'double') return typeof value === 'number' ? undefined : 'no number';
  if (type === 'int64' || type === 'int32')
    return Number.isSafeInteger(value) ? undefined : 'no whole number';
  return faultOf(type, value);
}
