import type { Release } from '@nx-ml/core/deploy';
import { isDigest, isJsonObject } from '@nx-ml/core/kernel';

/** More models, and a release could keep its service loading for hours. */
const mostModels = 1000;

/** Whether it can be the name of a model: it is part of addresses, paths, metrics and logs. */
export function isModelName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name);
}

/** A project of the workspace: `mail-api`, `@mail/api`. It is no path anywhere. */
export function isServiceName(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z0-9@][A-Za-z0-9@/._-]{0,199}$/.test(name);
}

/** What comes from elsewhere may be anything. */
export function isRelease(value: unknown): value is Release {
  if (!isJsonObject(value) || value['formatVersion'] !== 1 || !isServiceName(value['service'])) return false;
  const { models, config } = value;
  if (!isJsonObject(models) || !isJsonObject(config) || Object.keys(value).length !== 4) return false;
  const names = Object.keys(models);
  // Where cases are one, two models would be one folder.
  const distinct = new Set(names.map((name) => name.toLowerCase()));
  if (distinct.size !== names.length || names.length > mostModels) return false;
  return names.every(isModelName) && Object.values(models).every(isDigest);
}
