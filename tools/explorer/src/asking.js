// Asks the gateway that served this page, with the token of the field above. Cookies are never sent: it reads none.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';

export function asking(token) {
  const told = token ? { authorization: `Bearer ${token}` } : {};
  return createGraphiQLFetcher({
    url: window.location.pathname,
    fetch: (url, init) => {
      const headers = new Headers({ ...told, ...init.headers });
      return fetch(url, { ...init, headers, credentials: 'omit', redirect: 'error' });
    },
  });
}

// The schema, or why there is none.
export async function readSchema(token) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify({ query: getIntrospectionQuery() });
  try {
    const answer = await fetch(window.location.pathname, { method: 'POST', headers, body, credentials: 'omit' });
    const { data, errors } = await answer.json();
    return data ? { schema: buildClientSchema(data) } : { schema: null, why: errors[0].message };
  } catch {
    return { schema: null, why: 'The gateway does not answer.' };
  }
}
