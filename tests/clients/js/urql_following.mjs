// urql: what is followed comes over a socket (graphql-ws), over a stream (graphql-sse), or over its own reading of one.
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as streams } from 'graphql-sse';
import { createClient as sockets } from 'graphql-ws';
import WebSocket from 'ws';
import { asked, say } from './asked.mjs';

const url = asked.address;
const authorization = `Bearer ${asked.token}`;
const headers = { authorization };
const over = (source) =>
  subscriptionExchange({
    forwardSubscription: ({ query, variables }) => ({
      subscribe: (sink) => ({ unsubscribe: source.subscribe({ query, variables }, sink) }),
    }),
  });
const socket = sockets({
  url: url.replace('http:', 'ws:'),
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
});
const ways = {
  socket: { exchanges: [over(socket), fetchExchange] },
  stream: { exchanges: [over(streams({ url, headers })), fetchExchange] },
  fetch: { exchanges: [fetchExchange], fetchSubscriptions: true },
};
for (const [way, more] of Object.entries(ways)) {
  const client = new Client({ url, fetchOptions: { headers }, preferGetMethod: false, ...more });
  client.subscription('subscription { nothing }', {}).subscribe(({ error }) => {
    say({ way, codes: error?.graphQLErrors.map(({ extensions }) => extensions.code) });
  });
  client.subscription(asked.follow, { crn: asked.followed }).subscribe(({ data, error }) => {
    say({ way, told: { data }, error: error?.message });
  });
}
