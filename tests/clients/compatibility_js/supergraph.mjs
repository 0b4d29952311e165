// The suite's other subgraphs as it ships them, and a router over all three. The suite would start them by Rover or Docker.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { parse } from 'graphql';

const found = createRequire(import.meta.url).resolve('@apollo/federation-subgraph-compatibility-tests/package.json');
export const SUITE = join(dirname(found), 'dist');

async function shipped(name) {
  const folder = join(SUITE, 'subgraphs', name);
  const execArgv = ['--import', new URL('loopback.mjs', import.meta.url).href];
  const child = fork(join(folder, 'index.js'), { cwd: folder, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [{ port }] = await once(child, 'message');
  const sdl = readFileSync(join(folder, `${name}.graphql`), 'utf8');
  return { service: { name, typeDefs: parse(sdl), url: `http://127.0.0.1:${port}/` }, close: () => child.kill() };
}

async function sdlOf({ address, token }) {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  return (await answer.json()).data._service.sdl;
}

async function routing(products, others) {
  const own = { name: 'products', typeDefs: parse(await sdlOf(products)), url: products.address };
  const { supergraphSdl, errors } = composeServices([own, ...others.map(({ service }) => service)]);
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  class AsCaller extends RemoteGraphQLDataSource {
    willSendRequest({ request }) {
      if (this.url === products.address) request.http.headers.set('authorization', `Bearer ${products.token}`);
    }
  }
  const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new AsCaller({ url }) });
  return new ApolloServer({ gateway });
}

// Starts all that is beside the products; returns the router's address, and how to end it.
export async function serve(products) {
  const others = await Promise.all(['users', 'inventory'].map(shipped));
  const closeOthers = () => others.forEach(({ close }) => close());
  try {
    const router = await routing(products, others);
    const { url } = await startStandaloneServer(router, { listen: { host: '127.0.0.1', port: 0 } });
    return { address: url, close: () => router.stop().finally(closeOthers) };
  } catch (error) {
    closeOthers();
    throw error;
  }
}
