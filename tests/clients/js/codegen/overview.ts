// Documents of a front end, as its author writes them: what they come to is typed by the schema.
import { graphql } from './gql/gql.js';
import type { OverviewQuery, OverviewQueryVariables } from './gql/graphql.js';

graphql(`
  fragment CardShown on Card {
    title
    date
    recency {
      label
    }
  }
`);

export const overview = graphql(`
  query Overview($crn: CRN!, $first: Int!) {
    customer(crn: $crn) {
      crn
      overview {
        completeness
        cards(first: $first) {
          edges {
            node {
              id
              ...CardShown
            }
          }
        }
      }
    }
  }
`);

export const purge = graphql(`
  mutation Purge($input: PurgeCacheInput!) {
    purgeCache(input: $input) {
      everywhere
    }
  }
`);

export const asked: OverviewQueryVariables = { crn: '000000001T', first: 5 };
export const completeness = (found: OverviewQuery): 'COMPLETE' | 'STALE' | 'PARTIAL' | undefined =>
  found.customer?.overview?.completeness;
// @ts-expect-error a customer is asked for by number
export const nobody: OverviewQueryVariables = { first: 5 };
