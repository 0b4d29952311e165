// Mercurius as its documentation shows it: Fastify, the JIT, loaders that batch within a request, undici.
// PORT, where the systems are, and what is kept: nothing, rows or answers.
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import mercurius from "mercurius";
import { Pool } from "undici";

const [port, systems, keeps] = process.argv.slice(2);
const schema = readFileSync(new URL("../peers.graphql", import.meta.url), "utf8");
const pool = new Pool(systems, { connections: 64, pipelining: 1 });

async function rows(endpoint, crns) {
  const { body } = await pool.request({ path: `/${endpoint}?crn=${crns.join(",")}`, method: "GET" });
  return body.json();
}

function one(found) {
  const by = new Map(found.map((row) => [row.crn, row]));
  return (crns) => crns.map((crn) => by.get(crn) ?? null);
}

function many(found) {
  const by = new Map();
  for (const row of found) {
    const own = by.get(row.crn);
    if (own === undefined) by.set(row.crn, [row]);
    else own.push(row);
  }
  return (crns) => crns.map((crn) => by.get(crn) ?? []);
}

// what the five parts are asked with; where rows are kept, only those who are not known yet are asked for
function asking(endpoint, filed) {
  const kept = new Map();
  if (keeps !== "rows") {
    return async (crns) => filed(await rows(endpoint, crns))(crns);
  }
  return async (crns) => {
    const missing = crns.filter((crn) => !kept.has(crn));
    if (missing.length > 0) {
      const found = filed(await rows(endpoint, missing))(missing);
      missing.forEach((crn, index) => kept.set(crn, found[index]));
    }
    return crns.map((crn) => kept.get(crn));
  };
}

const customers = asking("customers", one);
const loader = (endpoint, filed, shown) => {
  const ask = asking(endpoint, filed);
  return async (queries) => (await ask(queries.map(({ obj }) => obj.crn))).map(shown);
};
const page = (items) => ({ edges: items.map((node) => ({ node })) });

const resolvers = {
  Query: {
    customer: async (_, { crn }) => (await customers([crn]))[0],
    customers: (_, { crns }) => customers(crns),
  },
  Customer: { profile: (customer) => customer },
};
const loaders = {
  Customer: {
    interactions: loader("interactions", many, page),
    correspondence: loader("correspondence", many, page),
    debts: loader("debts", many, (debts) => ({ debts })),
    ownership: loader("ownership", one, (row) => row),
  },
};

const app = Fastify({ logger: false });
if (keeps === "answers") {
  const answers = new Map();
  app.addHook("preHandler", async (request, reply) => {
    request.asked = request.body && JSON.stringify(request.body);
    const found = answers.get(request.asked);
    if (found !== undefined) return reply.header("content-type", "application/json; charset=utf-8").send(found);
  });
  app.addHook("onSend", async (request, reply, payload) => {
    if (request.asked && reply.statusCode === 200) answers.set(request.asked, payload);
  });
}
app.register(mercurius, { schema, resolvers, loaders, jit: 1 });
app.get("/health/ready", async () => ({ status: "ready" }));
await app.listen({ port: Number(port), host: "127.0.0.1" });
