// graphql-sse in its distinct mode: a query, a command and what is followed, each a stream of its own.
import { createClient } from 'graphql-sse';
import { asked, say } from './asked.mjs';

const statuses = [];
const client = (token, retryAttempts = 0) =>
  createClient({
    url: asked.address,
    headers: { authorization: `Bearer ${token}` },
    retryAttempts,
    retry: () => new Promise((done) => setTimeout(done, 1000)),
    fetchFn: async (...told) => {
      const answer = await fetch(...told);
      statuses.push(answer.status);
      return answer;
    },
  });
const all = async (one, query, variables) => {
  const found = [];
  try {
    for await (const told of one.iterate({ query, variables })) {
      found.push(told);
      if (query === asked.follow) break;
    }
  } catch (error) {
    return { found, status: error.response?.status };
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
statuses.length = 0;
const follower = client(asked.token, 20);
for await (const told of follower.iterate({ query: asked.follow, variables: { crn: asked.followed } })) say({ told, statuses });
