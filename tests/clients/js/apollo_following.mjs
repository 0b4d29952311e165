// Apollo Client: what is followed comes over a socket, and into the cache that queries read.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { asked, say } from './asked.mjs';

globalThis.WebSocket ??= WebSocket; // it asks what an error is of
const authorization = `Bearer ${asked.token}`;
const socket = createClient({
  url: asked.address.replace('http:', 'ws:'),
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
});
const client = new ApolloClient({
  link: ApolloLink.split(
    ({ operationType }) => operationType === 'subscription',
    new GraphQLWsLink(socket),
    new HttpLink({ uri: asked.address, headers: { authorization } }),
  ),
  cache: new InMemoryCache(),
});
const variables = { crn: asked.followed };
const failed = await new Promise((done) => {
  client.subscribe({ query: gql('subscription { nothing }') }).subscribe({ next: ({ error }) => done(error), error: done });
});
say({ codes: failed.errors.map(({ extensions }) => extensions.code) });
await client.query({ query: gql(asked.short), variables });
client.subscribe({ query: gql(asked.follow), variables }).subscribe(({ data, error }) => {
  const kept = client.readQuery({ query: gql(asked.short), variables });
  say({ told: { data }, error: error?.message, kept });
});
