// graphql-sse in its distinct mode: a query, a command and what is followed, each a stream of its own.
import { createClient } from 'graphql-sse';
import { asked, say } from './asked.mjs';
import { exercised, followed } from './exercise.mjs';

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

await exercised(client, (error) => ({ status: error.response?.status }));
statuses.length = 0;
const follower = client(asked.token, 60);
for await (const told of follower.iterate(followed)) say({ told, statuses });
