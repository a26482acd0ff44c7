import { digestOf } from '../../kernel/index.js';
import type { ChampionEntry, RegistryState } from '../../registry/index.js';
import type { StepForecast } from '../plan/forecast-steps.js';
import type { MlProject, Workspace } from '../ports.js';
import { acceptedBase } from './accepted-base.js';
import type { AcceptedBaseDeps } from './accepted-base.js';

const gate = { primary: 'accuracy' } as const;
const line = ['c5', 'c4', 'c3', 'c2', 'c1'];

interface Given {
  /** Accepted models by the commit of their acceptance, oldest first. */
  readonly accepted?: readonly (readonly [commit: string, model: string])[];
  /** What the workspace comes to; undefined: it has to be trained. */
  readonly now?: string;
  readonly gated?: boolean;
  readonly born?: string | null;
  /** The evaluation has to run. */
  readonly stale?: boolean;
  /** Its package changed, or was never promoted. */
  readonly unpromoted?: boolean;
}

/** The little of each port that the base is found by. */
function depsOf(models: Readonly<Record<string, Given>>): AcceptedBaseDeps {
  const mlProject = (name: string) => {
    const gates = models[name]?.gated === false ? {} : { gate };
    const config = { kind: 'model', train: { command: 't' }, evaluate: { command: 'e' }, ...gates };
    return { name, root: `models/${name}`, config } as MlProject;
  };
  return {
    workspace: { mlProject } as Workspace,
    forecaster: {
      of: ({ project, step }) => {
        const { now, stale } = models[project] ?? {};
        const known = now !== undefined && !(step === 'evaluate' && stale === true);
        if (!known) return Promise.resolve({ state: 'run' } as StepForecast);
        const runs = [{ seed: 1, outputs: { model: { digest: digestOf(now) } } }];
        return Promise.resolve({ state: 'restore', manifest: { runs } } as unknown as StepForecast);
      },
    },
    registry: {
      state: (project) =>
        Promise.resolve({
          champions: (models[project]?.accepted ?? []).map(
            ([commit, model]) =>
              ({
                model: { digest: digestOf(model) },
                revision: { commit, dirty: false },
              }) as ChampionEntry,
          ),
        } as unknown as RegistryState),
    },
    commits: {
      commit: (name) => Promise.resolve(name),
      withAncestors: () => Promise.resolve(line),
      beforeFirst: (path) => Promise.resolve(models[path.split('/')[1] ?? '']?.born),
    },
    isPromoted: ({ name }) => Promise.resolve(models[name]?.unpromoted !== true),
  };
}

async function baseOf(models: Readonly<Record<string, Given>>) {
  const { commit, models: found } = await acceptedBase(Object.keys(models), 'c5', depsOf(models));
  return [commit, ...found.map(({ project, state }) => `${project} ${state}`)];
}

describe('acceptedBase', () => {
  it('is this commit where every model is the accepted one, however long ago that was', async () => {
    expect(await baseOf({ a: { accepted: [['c1', 'old']], now: 'old' } })).toEqual(['c5', 'a settled']);
  });

  it('goes back for an accepted model whose package of today was not promoted', async () => {
    const packaged = { accepted: [['c2', 'old']], now: 'old', unpromoted: true } as const;
    expect(await baseOf({ packaged })).toEqual(['c2', 'packaged behind']);
  });

  it('is the oldest acceptance of those that went on, and not of those that did not', async () => {
    const models = {
      still: { accepted: [['c1', 's']], now: 's' },
      changed: {
        accepted: [
          ['c2', 'x'],
          ['c4', 'y'],
        ],
        now: 'z',
      },
      untrained: { accepted: [['c3', 'u']] },
    } as const;
    expect(await baseOf(models)).toEqual(['c3', 'still settled', 'changed behind', 'untrained behind']);
  });

  it('counts a model whose evaluation has to run', async () => {
    expect(await baseOf({ a: { accepted: [['c2', 'm']], now: 'm', stale: true } })).toEqual([
      'c2',
      'a behind',
    ]);
  });

  it('goes back before the birth of a model that was never accepted, for as long as it is not', async () => {
    expect(await baseOf({ a: { now: 'm', born: 'c3' } })).toEqual(['c3', 'a new']);
    expect(await baseOf({ a: { now: 'm', born: null } })).toEqual([null, 'a new']);
    expect(await baseOf({ a: { now: 'm' } })).toEqual(['c5', 'a new']); // Not committed yet.
  });

  it('takes no acceptance of another branch, but knows that its model is the accepted one now', async () => {
    const accepted = [
      ['c2', 'm'],
      ['elsewhere', 'n'],
    ] as const;
    expect(await baseOf({ a: { accepted, now: 'm' } })).toEqual(['c2', 'a behind']);
    expect(await baseOf({ a: { accepted, now: 'n' } })).toEqual(['c5', 'a settled']);
  });

  it('has the commit before for a model without a gate, which nobody accepts', async () => {
    expect(await baseOf({ a: { gated: false } })).toEqual(['c4', 'a behind']);
    expect(await baseOf({ a: { gated: false, now: 'm' } })).toEqual(['c5', 'a settled']);
  });
});
