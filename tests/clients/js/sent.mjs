// Documents as they are sent by clients that add to them what their caches need: what a build registers.
import { InMemoryCache, gql } from '@apollo/client/core';
import { createRequest, formatDocument, stringifyDocument } from '@urql/core';
import { print } from 'graphql';
import { asked, say } from './asked.mjs';

const cache = new InMemoryCache();
say({
  apollo: asked.texts.map((text) => print(cache.transformDocument(gql(text)))),
  urql: asked.texts.map((text) => stringifyDocument(formatDocument(createRequest(text, {}).query))),
});
