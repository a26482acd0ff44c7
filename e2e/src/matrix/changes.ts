import type { WorkspaceRig } from '@nx-ml/testing';

type Make = (rig: WorkspaceRig) => undefined;

export const append =
  (path: string, text: string): Make =>
  (rig) => {
    rig.append(path, text);
    return undefined;
  };

export const edit =
  (path: string, from: string, to: string): Make =>
  (rig) => {
    rig.edit(path, (text) => text.replaceAll(from, to));
    return undefined;
  };

export const write =
  (path: string, text: string): Make =>
  (rig) => {
    rig.write({ [path]: text });
    return undefined;
  };

export const remove =
  (path: string): Make =>
  (rig) => {
    rig.remove(path);
    return undefined;
  };
