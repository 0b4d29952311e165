// Has the suite's client ask where we serve: it knows one address of a router, and shows no token.
const client = require('@apollo/federation-subgraph-compatibility-tests/dist/utils/client');

const { PRODUCTS_URL, PRODUCTS_TOKEN, ROUTER_ADDRESS } = process.env;
const headers = { authorization: `Bearer ${PRODUCTS_TOKEN}` };
client.ROUTER_URL = ROUTER_ADDRESS;
client.productsRequest = (request, more) => client.graphqlRequest(PRODUCTS_URL, request, { ...headers, ...more });
