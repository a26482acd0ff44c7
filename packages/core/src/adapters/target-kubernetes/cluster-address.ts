import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

import { messageOf } from '../../kernel/index.js';
import { parse } from '../../kernel/yaml.js';
import * as z from '../../kernel/zod.js';
import { unreachable } from './failure.js';

/** An API server, and who we are there. */
export interface ClusterAddress {
  readonly server: string;
  readonly ca?: string | undefined;
  readonly token?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly namespace?: string | undefined;
}

const text = z.string();
const clusterSchema = z.object({
  server: text,
  'certificate-authority': text.optional(),
  'certificate-authority-data': text.optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
});
const userSchema = z.object({
  token: text.optional(),
  tokenFile: text.optional(),
  'client-certificate': text.optional(),
  'client-certificate-data': text.optional(),
  'client-key': text.optional(),
  'client-key-data': text.optional(),
  exec: z.unknown().optional(),
});
const contextSchema = z.object({ cluster: text, user: text, namespace: text.optional() });
const kubeconfig = z.object({
  'current-context': text.optional(),
  contexts: z.array(z.object({ name: text, context: contextSchema })).default([]),
  clusters: z.array(z.object({ name: text, cluster: clusterSchema })).default([]),
  users: z.array(z.object({ name: text, user: userSchema })).default([]),
});
type Cluster = z.infer<typeof clusterSchema>;
type User = z.infer<typeof userSchema>;

const account = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The cluster of the kubeconfig (KUBECONFIG, else ~/.kube/config), or the one that this process runs in.
 *
 * @throws MlError ERR_ML_DEPLOY_TARGET where there is none, or it needs what is not supported: a plugin for credentials, no TLS verification
 */
export function readClusterAddress(
  variables: Readonly<Record<string, string | undefined>>,
  context?: string,
): ClusterAddress {
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = variables;
  if (KUBECONFIG === undefined && context === undefined && host !== undefined)
    return {
      server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      ca: fileText(join(account, 'ca.crt')),
      token: fileText(join(account, 'token')).trim(),
      namespace: fileText(join(account, 'namespace')).trim(),
    };
  const file = KUBECONFIG?.split(delimiter).find((each) => each !== '') ?? join(homedir(), '.kube', 'config');
  return addressIn(file, context);
}

function addressIn(file: string, wanted: string | undefined): ClusterAddress {
  const read = kubeconfig.safeParse(parsed(file));
  if (!read.success) throw unreachable(`${file} is no kubeconfig`);
  const { data } = read;
  const name = wanted ?? data['current-context'];
  const context = data.contexts.find((each) => each.name === name)?.context;
  const cluster = data.clusters.find((each) => each.name === context?.cluster)?.cluster;
  if (context === undefined || cluster === undefined)
    throw unreachable(`${file} has no context "${name ?? ''}" with a cluster`);
  const user = data.users.find((each) => each.name === context.user)?.user ?? {};
  refuseUnsupported(file, cluster, user);
  const bytes = (of: Record<string, unknown>, key: string) => dataOf(of, key, dirname(file));
  return {
    server: cluster.server,
    ca: bytes(cluster, 'certificate-authority'),
    token: user.token ?? (user.tokenFile && fileText(resolve(dirname(file), user.tokenFile)).trim()),
    cert: bytes(user, 'client-certificate'),
    key: bytes(user, 'client-key'),
    namespace: context.namespace,
  };
}

function refuseUnsupported(file: string, cluster: Cluster, user: User): void {
  if (user['exec'] !== undefined)
    throw unreachable(
      `The user in ${file} gets its credentials from a program, which is not run here`,
      undefined,
      'Use a context with a token or a certificate, such as that of a service account: kubectl create token.',
    );
  if (cluster['insecure-skip-tls-verify'] === true)
    throw unreachable(
      `The cluster in ${file} is not verified (insecure-skip-tls-verify)`,
      undefined,
      'Give its certificate authority.',
    );
}

function dataOf(of: Record<string, unknown>, key: string, folder: string): string | undefined {
  const [data, path] = [of[`${key}-data`], of[key]];
  if (typeof data === 'string') return Buffer.from(data, 'base64').toString('utf8');
  return typeof path === 'string' ? fileText(resolve(folder, path)) : undefined;
}

function parsed(file: string): unknown {
  try {
    return parse(fileText(file)) as unknown;
  } catch (cause) {
    throw unreachable(`The kubeconfig cannot be read: ${messageOf(cause)}`, cause, 'Set KUBECONFIG.');
  }
}

function fileText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreachable(`${file} cannot be read: ${messageOf(cause)}`, cause, 'Set KUBECONFIG.');
  }
}
