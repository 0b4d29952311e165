// The audit of servers in graphql-http: what GraphQL over HTTP asks of one.
import { auditServer } from 'graphql-http';
import { asked, say } from './asked.mjs';

const fetchFn = (url, init = {}) => {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${asked.token}`);
  return fetch(url, { ...init, headers });
};
const results = await auditServer({ url: asked.address, fetchFn });
say(results.map(({ id, name, status, reason }) => ({ id, name, status, reason })));
