// graphql-ws: a query, a command and what is followed over one socket, what it makes of errors, and how it begins again.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { asked, say } from './asked.mjs';

const url = asked.address.replace('http:', 'ws:');
const closed = [];
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
// what the gateway says of when to begin again stands in the reason
const seconds = () => Number(/in (\d+) s/.exec(closed.at(-1)?.reason)?.[1] ?? 1);
const client = (token, more = {}) =>
  createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 20,
    retryWait: () => wait(seconds()),
    on: { closed: ({ code, reason }) => closed.push({ code, reason }) },
    ...more,
  });
const all = async (one, query, variables) => {
  const found = [];
  try {
    for await (const told of one.iterate({ query, variables })) {
      found.push(told);
      if (query === asked.follow) break;
    }
  } catch (error) {
    return { found, codes: error.map?.(({ extensions }) => extensions.code), closed: error.code };
  }
  return { found };
};

const officer = client(asked.token);
const variables = { crn: asked.crn };
const purge = { input: { crn: asked.crn } };
say({
  query: await all(officer, asked.short, variables),
  refused: await all(officer, asked.command, purge),
  unknownField: await all(officer, '{ nothing }'),
  denied: await all(officer, asked.follow, { crn: asked.restricted }),
  stranger: await all(client('nobody'), asked.short, variables),
  done: await all(client(asked.purger), asked.command, purge),
});
closed.length = 0;
for await (const told of officer.iterate({ query: asked.follow, variables: { crn: asked.followed } })) say({ told, closed });
