// Two schemas as text: the one that a gateway tells of itself, and the one that its authors committed.
import { buildClientSchema, buildSchema, getIntrospectionQuery, lexicographicSortSchema, printSchema } from 'graphql';
import { asked, say } from './asked.mjs';

const query = getIntrospectionQuery({ directiveIsRepeatable: true, specifiedByUrl: true, inputValueDeprecation: true, oneOf: true });
const answer = await fetch(asked.address, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${asked.token}` },
  body: JSON.stringify({ query }),
});
const { data } = await answer.json();
const printed = (schema) => printSchema(lexicographicSortSchema(schema));
say({ served: printed(buildClientSchema(data)), committed: printed(buildSchema(asked.sdl)) });
