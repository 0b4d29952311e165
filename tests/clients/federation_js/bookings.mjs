// A subgraph of somebody else's: rooms that customers booked. Of a customer it knows the number alone.
import { createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

export const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])

  type Query {
    twenty(from: Int!): [Booking!]!
    booked(number: Int!): Booking
  }

  type Booking @key(fields: "number") {
    number: Int!
    room: String!
    customer: Customer
  }

  type Customer @key(fields: "crn") {
    crn: CRN
    bookings: [Booking!]!
  }

  type PageInfo @shareable {
    hasNextPage: Boolean!
  }

  scalar CRN
`);

// Serves the bookings of these customers, one each, on a port of this machine; returns its address and how to end it.
export async function serve(crns) {
  const bookings = crns.map((crn, number) => ({ number, room: `Room ${number}`, customer: { crn } }));
  const resolvers = {
    Query: { twenty: (_, { from }) => bookings.slice(from, from + 20), booked: (_, { number }) => bookings[number] },
    Customer: {
      __resolveReference: ({ crn }) => ({ crn }),
      bookings: ({ crn }) => bookings.filter((one) => one.customer.crn === crn),
    },
  };
  const schema = buildSubgraphSchema({ typeDefs, resolvers });
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { query, variables, operationName } = JSON.parse(text);
    const answer = await graphql({ schema, source: query, variableValues: variables, operationName });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { address: `http://127.0.0.1:${server.address().port}/graphql`, close: () => server.close() };
}
