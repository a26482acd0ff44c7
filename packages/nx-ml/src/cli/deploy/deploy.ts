import { resolve } from 'node:path';

import type { DeployEvent, DeployResult } from '@nx-ml/core/deploy';
import { applyDeploy, championsIn, planService, resolveRelease } from '@nx-ml/core/usecases/deploy';
import type { DeployDeps, ResolvedRelease } from '@nx-ml/core/usecases/deploy';
import { Registry } from '@nx-ml/core/usecases/registry';

import { renderRelease } from '../../deploy/render-release.js';
import { deployDeps, withService } from '../../deploy/service-at-hand.js';
import type { ServiceAtHand } from '../../deploy/service-at-hand.js';
import { deployProgress, deployResultText, planLines } from '../../report/deploy-text.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand, CliIo } from '../command.js';
import { nameOfUser } from '../gate/name-of-user.js';

const help = `nx-ml deploy SERVICE [--env NAME] [--dry-run] [--again REASON] [--take-over] [--by NAME] [--json]
nx-ml deploy SERVICE [--env NAME] --render DIR

Makes an environment serve the champions of a service's models. What is served already is nothing to do. A new release is
verified, loaded and asked its examples before users could notice; then it takes the traffic as its ml.yaml says: by canary it
gets more of it as evidence comes that it is no worse, and none as soon as evidence comes that it is.

  --env NAME      environment; default: the first one of its ml.yaml
  --dry-run       only tell what would be done
  --render DIR    only write the manifests of the release there, for GitOps; no cluster is asked, nothing is recorded
  --again REASON  deploy a release that was rolled back here before
  --take-over     go on without another deployment that cannot live any more
  --by NAME       who; default: user.name of git
  --json          one JSON object a line: events, and at the end {type: "ended", result}; with --dry-run {plan, versions}

Exit code 0: the release is served. 1: it is not: rolled back, inconclusive, failed, cancelled. Ctrl-C gives all traffic back to what
was served; the same command begins anew.

Examples
  nx-ml deploy mail-api
  nx-ml deploy mail-api --env staging --dry-run
  nx-ml deploy mail-api --again "the errors were those of a disk that was full"
`;

const options = {
  env: { type: 'string' },
  'dry-run': { type: 'boolean' },
  render: { type: 'string' },
  again: { type: 'string' },
  'take-over': { type: 'boolean' },
  by: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const deploy: CliCommand = {
  help,
  run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const [service] = positionals;
    if (service === undefined || positionals.length > 1) throw usageError('One service is needed', help);
    const again = reasonIn(values.again);
    const json = values['json'] === true;
    const environment = values.env === undefined ? undefined : String(values.env);
    const emit = json ? jsonEvents(io) : deployProgress(io.write);
    return withService({ cwd: io.cwd, service, environment }, async (at) => {
      const resolved = await releaseOf(at);
      if (values.render !== undefined) {
        io.write(renderRelease(at, resolved.release, resolve(io.cwd, String(values.render))));
        return 0;
      }
      const deps = deployDeps(at, emit);
      if (values['dry-run'] === true) return dryRun(at, { resolved, deps }, { io, json });
      const by = await nameOfUser(values.by, at, help);
      const { policy } = at.deployment;
      const takeOver = values['take-over'] === true;
      const result = await applyDeploy({ place: at.place, resolved, policy, by, again, takeOver }, deps);
      if (!json) io.write(deployResultText(result, at.place));
      return isServed(result) ? 0 : 1;
    });
  },
};

function releaseOf({ place, deployment, stores, workspaceId }: ServiceAtHand): Promise<ResolvedRelease> {
  const { models, config } = deployment;
  const registry = new Registry(stores.journals, workspaceId);
  return resolveRelease({ service: place.service, models, config }, championsIn(registry));
}

async function dryRun(
  { place, deployment }: ServiceAtHand,
  { resolved, deps }: { readonly resolved: ResolvedRelease; readonly deps: DeployDeps },
  { io, json }: { readonly io: CliIo; readonly json: boolean },
): Promise<number> {
  const { plan, open } = await planService({ place, resolved, policy: deployment.policy }, deps);
  const { versions } = resolved;
  io.write(
    json
      ? `${JSON.stringify({ plan, versions, open: open?.entry ?? null })}\n`
      : planLines(plan, { place, versions, open: open?.entry }),
  );
  return 0;
}

function isServed({ outcome, serving, to }: DeployResult): boolean {
  return outcome === 'promoted' && serving === to;
}

function jsonEvents(io: CliIo): (event: DeployEvent) => void {
  return (event) => {
    io.write(`${JSON.stringify(event)}\n`);
  };
}

function reasonIn(text: string | boolean | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (typeof text === 'string' && text.trim() !== '') return text;
  throw usageError('--again needs a reason', help);
}
