import * as z from '../kernel/zod.js';
import * as field from './deploy-fields.js';

/** The key `kubernetes` of a target. */

const label = (what: string, most: number) =>
  z.string(what).regex(new RegExp(`^[a-z](?:[-a-z0-9]{0,${String(most - 2)}}[a-z0-9])?$`), {
    error: what,
    abort: true,
  });
const nameRule =
  'a name of Kubernetes: small letters, digits and -, at most 40 of them, beginning with a letter';
const namespaceRule = 'a namespace: small letters, digits and -, at most 63 of them';
const bundleRule = 'an address with {digest} or {hex} in it, and {model} where there are several models';
const imageRule = 'the name of an image';
const replicasRule = 'a whole number from 1 to 1000';
const portRule = 'a port from 1 to 65535';
const queryRule = 'a query of Prometheus with {revision} in it';
const word = (rule: string) => z.string(rule).regex(/^\S+$/, { error: rule, abort: true });
const query = z.string(queryRule).regex(/\{revision\}/, { error: queryRule, abort: true });
const sum = 'sum(revision_app_request_count{revision_name="{revision}"})';

const prometheus = z.strictObject(
  {
    url: field.address.meta({
      title: 'Address',
      description: 'Of Prometheus, as it is reached from where nx-ml runs.',
      examples: ['http://prometheus.monitoring:9090'],
    }),
    requests: query.meta({
      title: 'Requests',
      description:
        'A query whose result is one number: all requests that were ever counted of `{revision}`, the revision of Knative or the Deployment.',
      examples: [sum],
    }),
    errors: query.meta({
      title: 'Errors',
      description: 'The same of the answers that were errors.',
      examples: ['sum(revision_app_request_count{revision_name="{revision}",response_code_class="5xx"})'],
    }),
    slow: query.meta({
      title: 'Slow',
      description: 'The same of the answers over the latency budget.',
      examples: [
        'sum(revision_app_request_latencies_count{revision_name="{revision}"}) - sum(revision_app_request_latencies_bucket{revision_name="{revision}",le="50"})',
      ],
    }),
  },
  'a map with url, requests, errors and slow',
);

export const kubernetes = z.strictObject(
  {
    kind: z.enum(['kserve', 'deployment'], '`kserve` or `deployment`').meta({
      title: 'Kind',
      description:
        '`kserve`: an InferenceService, for one model, with canaries. `deployment`: a Deployment for each release and a Service that chooses; all or nothing.',
      examples: ['kserve'],
    }),
    bundle: z
      .string(bundleRule)
      .regex(/\{(?:digest|hex)\}/, { error: bundleRule, abort: true })
      .meta({
        title: 'Bundle',
        description:
          'Where the cluster gets the bundle of a model: the storageUri of KServe, or the reference of an image volume. `{model}`, `{digest}` (sha256:…) and `{hex}` are put in.',
        examples: ['oci://registry.example/models/{model}@{digest}'],
      }),
    namespace: label(namespaceRule, 63)
      .optional()
      .meta({
        title: 'Namespace',
        description: 'Default: that of the context, else `default`.',
        examples: ['ml'],
      }),
    name: label(nameRule, 40)
      .optional()
      .meta({
        title: 'Name',
        description: 'Of the Service or InferenceService. Default: the name of the project.',
        examples: ['mail-api'],
      }),
    context: word('the name of a context of the kubeconfig')
      .optional()
      .meta({
        title: 'Context',
        description: 'Of the kubeconfig. Default: the current one, or the cluster that nx-ml runs in.',
        examples: ['production'],
      }),
    image: word(imageRule)
      .optional()
      .meta({
        title: 'Image',
        description:
          'For `deployment`: the server. It finds each model below `ML_MODELS` and speaks the Open Inference Protocol.',
        examples: ['registry.example/mail-server:4'],
      }),
    port: z
      .int(portRule)
      .min(1, portRule)
      .max(65_535, portRule)
      .optional()
      .meta({
        title: 'Port',
        description: 'For `deployment`: where the server listens. Default: 8080.',
        examples: [8080],
      }),
    replicas: z
      .int(replicasRule)
      .min(1, replicasRule)
      .max(1000, replicasRule)
      .optional()
      .meta({
        title: 'Replicas',
        description: 'For `deployment`: pods of each release. Default: 1.',
        examples: [3],
      }),
    format: word('the name of a format of models')
      .optional()
      .meta({
        title: 'Format',
        description: 'For `kserve`: by which KServe chooses a runtime. Default: onnx.',
        examples: ['sklearn'],
      }),
    leaseImage: word(imageRule)
      .optional()
      .meta({
        title: 'Image for leases',
        description:
          'An image with a shell and kubectl. With it, `--render` adds a CronJob that ends the candidate of a controller that died.',
        examples: ['registry.example/kubectl:1.34'],
      }),
    prometheus: prometheus.optional().meta({
      title: 'Prometheus',
      description: 'How answers are counted. Without it there is no candidate: only `recreate`.',
      examples: [{ url: 'http://prometheus:9090', requests: sum, errors: sum, slow: sum }],
    }),
  },
  'a map with kind and bundle',
);
