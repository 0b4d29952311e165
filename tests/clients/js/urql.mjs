// urql: a query by POST and by GET, its cache, a command, and what it makes of errors.
import { Client, cacheExchange, fetchExchange, gql } from '@urql/core';
import { asked, say } from './asked.mjs';

const methods = [];
const client = (token, preferGetMethod = false) =>
  new Client({
    url: asked.address,
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod,
    fetch: (url, init) => {
      methods.push(init.method);
      return fetch(url, init);
    },
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
  });
const officer = client(asked.token);
const variables = { crn: asked.crn };
const told = ({ data, error }) => ({
  data,
  status: error?.response?.status,
  codes: error?.graphQLErrors.map(({ extensions }) => extensions.code),
  paths: error?.graphQLErrors.map(({ path }) => path),
});

const first = await officer.query(asked.query, variables).toPromise();
const again = await officer.query(asked.query, variables, { requestPolicy: 'cache-only' }).toPromise();
const byGet = await client(asked.token, 'force').query(asked.short, variables).toPromise();
const command = gql(asked.command);
const purge = { input: { crn: asked.crn } };
say({
  data: first.data,
  kept: again.data,
  byGet: byGet.data,
  done: told(await client(asked.purger).mutation(command, purge).toPromise()),
  refused: told(await officer.mutation(command, purge).toPromise()),
  partial: told(await officer.query(asked.query, { crn: asked.restricted }).toPromise()),
  unknownField: told(await officer.query('{ nothing }', {}).toPromise()),
  stranger: told(await client('nobody').query(asked.query, variables).toPromise()),
  methods,
});
