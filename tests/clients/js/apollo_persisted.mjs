// Apollo Client: documents by the hashes of their texts, by GET where there are no variables.
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { asked, say } from './asked.mjs';

const requests = [];
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hashed = (useGETForHashedQueries) => new PersistedQueryLink({ sha256, useGETForHashedQueries });
const client = (token) =>
  new ApolloClient({
    link: ApolloLink.from([
      ApolloLink.split(({ variables }) => Object.keys(variables).length === 0, hashed(true), hashed(false)),
      new HttpLink({
        uri: asked.address,
        headers: { authorization: `Bearer ${token}` },
        fetch: async (uri, init) => {
          const answer = await fetch(uri, init);
          const text = init.method === 'POST' && 'query' in JSON.parse(init.body);
          requests.push({ method: init.method, text, status: answer.status, kept: answer.headers.get('cache-control') });
          return answer;
        },
      }),
    ]),
    cache: new InMemoryCache(),
  });
const asks = async (work) => {
  const began = requests.length;
  const { data, error } = await work().catch((error) => ({ error }));
  const codes = error?.errors?.map(({ extensions }) => extensions.code);
  return { data, codes, requests: requests.slice(began) };
};
const officer = client(asked.token);
const variables = { crn: asked.crn };
const told = { fetchPolicy: 'no-cache' };
const query = gql(asked.query);
say({
  post: await asks(() => officer.query({ query, variables, ...told })),
  again: await asks(() => officer.query({ query, variables, ...told })),
  get: await asks(() => officer.query({ query: gql(asked.who), ...told })),
  command: await asks(() => client(asked.purger).mutate({ mutation: gql(asked.command), variables: { input: variables } })),
  unknown: await asks(() => officer.query({ query: gql(asked.unknown), variables, ...told })),
});
process.exit(0);
