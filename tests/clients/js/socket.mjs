// graphql-ws: a query, a command and what is followed over one socket, what it makes of errors, and how it begins again.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { asked, say } from './asked.mjs';
import { exercised, followed } from './exercise.mjs';

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
    retryAttempts: 60,
    retryWait: () => wait(seconds()),
    on: { closed: ({ code, reason }) => closed.push({ code, reason }) },
    ...more,
  });

const officer = await exercised(client, (error) => ({
  codes: error.map?.(({ extensions }) => extensions.code),
  closed: error.code,
}));
closed.length = 0;
for await (const told of officer.iterate(followed)) say({ told, closed });
