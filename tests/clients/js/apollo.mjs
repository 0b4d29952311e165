// Apollo Client: a query and its cache, a list read in pages, a command, and what it makes of errors.
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { relayStylePagination } from '@apollo/client/utilities';
import { asked, say } from './asked.mjs';

const client = (token) =>
  new ApolloClient({
    link: new HttpLink({ uri: asked.address, headers: { authorization: `Bearer ${token}` } }),
    cache: new InMemoryCache({
      possibleTypes: asked.possibleTypes,
      typePolicies: { Customer: { fields: { correspondence: relayStylePagination() } } },
    }),
  });
const officer = client(asked.token);
const query = gql(asked.query);
const variables = { crn: asked.crn };

const first = await officer.query({ query, variables });
const again = await officer.query({ query, variables, fetchPolicy: 'cache-only' });

const letters = officer.watchQuery({ query: gql(asked.letters), variables: { ...variables, first: 2 } });
await letters.refetch();
const { endCursor } = letters.getCurrentResult().data.customer.correspondence.pageInfo;
await letters.fetchMore({ variables: { after: endCursor } });
const pages = officer.readQuery({ query: gql(asked.letters), variables: { ...variables, first: 2 } });

const told = (error) => ({
  combined: CombinedGraphQLErrors.is(error),
  status: error?.statusCode,
  codes: error?.errors?.map(({ extensions }) => extensions.code),
  paths: error?.errors?.map(({ path }) => path),
});
const failed = (promise) => promise.then(() => null, told);

const command = gql(asked.command);
const purge = { input: { crn: asked.crn } };
const partial = await officer.query({ query, variables: { crn: asked.restricted }, errorPolicy: 'all' });
say({
  data: first.data,
  kept: again.data,
  letters: pages.customer.correspondence.edges.map(({ node }) => node.id),
  done: (await client(asked.purger).mutate({ mutation: command, variables: purge })).data,
  refused: await failed(officer.mutate({ mutation: command, variables: purge })),
  partial: { data: partial.data, ...told(partial.error) },
  unknownField: await failed(officer.query({ query: gql('{ nothing }') })),
  stranger: await failed(client('nobody').query({ query, variables })),
});
process.exit(0);
