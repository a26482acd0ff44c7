import type { FastifyPluginCallback, FastifyReply } from 'fastify';

import type { Gateway } from '../gateway.js';
import type { LoadedModel } from '../release/index.js';
import type { Service } from '../route/service.js';

export interface ProtocolDeps {
  readonly gateway: Gateway;
  /** Of this package. */
  readonly version: string;
  readonly isDraining: () => boolean;
}

interface Named {
  readonly Params: { readonly model: string; readonly version?: string };
}

/** What of the protocol is asked rarely: health, metadata, readiness. */
export function protocolRoutes({ gateway, version, isDraining }: ProtocolDeps): FastifyPluginCallback {
  return (app, _, done) => {
    const server = { name: 'nx-ml-gateway', version, extensions: [] };
    for (const path of ['/v2', '/v2/']) app.get(path, () => server);
    app.get('/v2/health/live', () => ({ live: true }));
    app.get('/v2/health/ready', (_request, reply) => {
      const ready = gateway.isReady && !isDraining();
      return reply
        .code(ready ? 200 : 503)
        .send({ live: true, ready, unready: gateway.unready(), troubles: gateway.troubles });
    });
    for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
      app.get<Named>(path, ({ params }, reply) => {
        const found = find(gateway, params);
        return found === undefined ? unknown(reply, params) : metadataOf(found);
      });
      app.get<Named>(`${path}/ready`, ({ params }, reply) => {
        const found = find(gateway, params);
        if (found === undefined) return unknown(reply, params);
        const { isReady: ready } = found.model.host;
        return reply.code(ready ? 200 : 503).send({ name: found.model.name, ready });
      });
    }
    done();
  };
}

interface Found {
  readonly service: Service;
  readonly model: LoadedModel;
}

function find(gateway: Gateway, { model: name, version }: Named['Params']): Found | undefined {
  const service = gateway.serviceOf(name);
  const model = service?.modelOf(name, version);
  return service === undefined || model === undefined ? undefined : { service, model };
}

function metadataOf({ service, model: { name, host } }: Found): unknown {
  const { platform, inputs, outputs } = host.metadata;
  const versions = service.versionsOf(name);
  return { name, versions, platform, inputs, outputs };
}

function unknown(reply: FastifyReply, { model, version }: Named['Params']): FastifyReply {
  const what = version === undefined ? '' : ` in version "${version.slice(0, 100)}"`;
  return reply.code(404).send({ error: `no model "${model.slice(0, 100)}" is served${what}` });
}
