// Both composers over our subgraph, in each version, together with another one.
import { composeServices as byApollo } from '@apollo/composition';
import { composeServices as byHive } from '@theguild/federation-composition';
import { parse } from 'graphql';

import { asked, say } from './asked.mjs';
import { typeDefs } from './bookings.mjs';

const found = {};
for (const [version, sdl] of Object.entries(asked.versions)) {
  const services = [
    { name: 'overview', typeDefs: parse(sdl), url: 'http://127.0.0.1:1/graphql' },
    { name: 'bookings', typeDefs, url: 'http://127.0.0.1:2/graphql' },
  ];
  const told = ({ errors, supergraphSdl }) => {
    const [customer] = /^type Customer\b[^{]*/m.exec(supergraphSdl ?? '') ?? [''];
    const joined = (graph) => customer.includes(`@join__type(graph: ${graph}, key: "crn"`);
    return { errors: (errors ?? []).map(({ message }) => message), joins: ['OVERVIEW', 'BOOKINGS'].every(joined) };
  };
  found[version] = { apollo: told(byApollo(services)), hive: told(byHive(services)) };
}
say(found);
