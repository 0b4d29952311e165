// What every client that follows is put through; `failed` says what of an error it gives to whoever asked.
import { asked, say } from './asked.mjs';

export const exercised = async (client, failed) => {
  const all = async (one, query, variables) => {
    const found = [];
    try {
      for await (const told of one.iterate({ query, variables })) {
        found.push(told);
        if (query === asked.follow) break;
      }
    } catch (error) {
      return { found, ...failed(error) };
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
  return officer;
};

export const followed = { query: asked.follow, variables: { crn: asked.followed } };
