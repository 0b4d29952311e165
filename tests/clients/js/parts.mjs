// Apollo Client 4 with both of its handlers, and urql: a query that defers, and a list that is streamed.
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';
import { Client, fetchExchange } from '@urql/core';
import { asked, say } from './asked.mjs';

const headers = { authorization: `Bearer ${asked.token}` };
const types = [];
const noting = async (uri, options) => {
  const answer = await fetch(uri, options);
  types.push(answer.headers.get('content-type'));
  return answer;
};

const byApollo = (incrementalHandler) => async ({ document, variables }) => {
  const client = new ApolloClient({
    link: new HttpLink({ uri: asked.address, headers, fetch: noting }),
    cache: new InMemoryCache({ possibleTypes: asked.possibleTypes }),
    incrementalHandler,
  });
  const watched = client.watchQuery({ query: gql(document), variables, errorPolicy: 'all' });
  const told = [];
  await new Promise((resolve, reject) => {
    watched.subscribe({
      next: (result) => {
        if (result.data) told.push(structuredClone(result.data));
        if (!result.loading && result.networkStatus >= 7) resolve();
      },
      error: reject,
    });
  });
  const { data, error } = watched.getCurrentResult();
  return { first: told[0], last: data, codes: (error?.errors ?? []).map(({ extensions }) => extensions.code) };
};

const byUrql = async ({ document, variables }) => {
  const client = new Client({
    url: asked.address,
    exchanges: [fetchExchange],
    preferGetMethod: false,
    fetch: noting,
    fetchOptions: { headers },
  });
  const told = [];
  await new Promise((resolve) => {
    client.query(document, variables).subscribe((result) => {
      told.push(result);
      if (!result.hasNext) resolve();
    });
  });
  const last = told.at(-1);
  const codes = (last.error?.graphQLErrors ?? []).map(({ extensions }) => extensions.code);
  return { first: told[0].data, last: last.data, codes };
};

const ways = {
  apollo2022: byApollo(new Defer20220824Handler()),
  apolloNumbered: byApollo(new GraphQL17Alpha9Handler()),
  urql: byUrql,
};
const found = {};
for (const [way, read] of Object.entries(ways)) {
  found[way] = {};
  for (const [name, told] of Object.entries(asked.documents)) {
    found[way][name] = await read(told);
  }
  found[way].types = types.splice(0);
}
say(found);
process.exit(0);
