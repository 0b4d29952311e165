// Two routers over a supergraph of our gateway, served over HTTP, and another subgraph: the same queries through both.
import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { parse } from 'graphql';

import { asked, say } from './asked.mjs';
import { serve, typeDefs } from './bookings.mjs';

const headers = { authorization: `Bearer ${asked.token}` };
const ask = async (query) => {
  const answer = await fetch(asked.address, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return answer.json();
};
const counted = async () => {
  const text = await (await fetch(asked.metrics)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('source_requests_total{'));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
};

const bookings = await serve(asked.crns);
// told by the gateway that runs, not by a file
const { sdl } = (await ask('{ _service { sdl } }')).data._service;
const { supergraphSdl, errors } = composeServices([
  { name: 'overview', typeDefs: parse(sdl), url: asked.address },
  { name: 'bookings', typeDefs, url: bookings.address },
]);
if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));

class AsCaller extends RemoteGraphQLDataSource {
  willSendRequest({ request }) {
    for (const [name, value] of Object.entries(headers)) request.http.headers.set(name, value);
  }
}

async function throughApollo() {
  const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new AsCaller({ url }) });
  const { executor } = await gateway.load();
  const run = async (query) => {
    const document = parse(query);
    const answer = await executor({
      document,
      request: { query, variables: {} },
      operationName: null,
      context: {},
      queryHash: query,
      logger: console,
      metrics: {},
      source: query,
      operation: document.definitions[0],
      schema: undefined,
      overallCachePolicy: { restrict() {} },
      cache: { get: async () => undefined, set: async () => undefined, delete: async () => undefined },
    });
    return { data: answer.data, errors: answer.errors?.map(({ extensions, path }) => ({ code: extensions?.code, path })) };
  };
  return { run, close: () => gateway.stop() };
}

async function throughHive() {
  const gateway = createGatewayRuntime({
    supergraph: supergraphSdl,
    logging: false,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') }),
    },
  });
  const run = async (query) => {
    const answer = await gateway.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = await answer.json();
    return { data, errors: errors?.map(({ extensions, path }) => ({ code: extensions?.code, path })) };
  };
  return { run, close: () => gateway[Symbol.asyncDispose]?.() };
}

const found = {};
for (const [name, open] of Object.entries({ apollo: throughApollo, hive: throughHive })) {
  const { run, close } = await open();
  const before = await counted();
  const many = await run(asked.queries[name]);
  const calls = (await counted()) - before;
  found[name] = { many, calls, more: await run(asked.queries.more), outward: await run(asked.queries.outward) };
  await close();
}
bookings.close();
say(found);
