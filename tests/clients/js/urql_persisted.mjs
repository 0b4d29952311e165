// urql: documents by the hashes of their texts, by GET where a client is told to.
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { asked, say } from './asked.mjs';

globalThis.self ??= globalThis; // it looks there for what hashes
const requests = [];
const client = (token, preferGetForPersistedQueries) =>
  new Client({
    url: asked.address,
    exchanges: [
      cacheExchange,
      persistedExchange({
        preferGetForPersistedQueries,
        enableForMutation: true,
        enforcePersistedQueries: asked.enforce,
      }),
      fetchExchange,
    ],
    preferGetMethod: false,
    requestPolicy: 'network-only',
    fetch: async (url, init) => {
      const answer = await fetch(url, init);
      const text = init.method === 'POST' && 'query' in JSON.parse(init.body);
      requests.push({ method: init.method, text, status: answer.status, kept: answer.headers.get('cache-control') });
      return answer;
    },
    // a page of another origin cannot send it unseen, so a gateway asks for it by GET
    fetchOptions: { headers: { authorization: `Bearer ${token}`, 'graphql-require-preflight': '1' } },
  });
const asks = async (work) => {
  const began = requests.length;
  const { data, error } = await work().toPromise();
  const codes = error?.graphQLErrors.map(({ extensions }) => extensions.code);
  return { data, codes, requests: requests.slice(began) };
};
const officer = client(asked.token, false);
const variables = { crn: asked.crn };
say({
  post: await asks(() => officer.query(asked.query, variables)),
  again: await asks(() => officer.query(asked.query, variables)),
  get: await asks(() => client(asked.token, 'force').query(asked.who, {})),
  command: await asks(() => client(asked.purger, false).mutation(asked.command, { input: variables })),
  unknown: await asks(() => officer.query(asked.unknown, variables)),
});
