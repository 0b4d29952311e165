// Two lists of a customer that are read on page by page.
import { graphql } from 'react-relay';

export const page = graphql`
  query OverviewQuery($crn: CRN!, $count: Int!) {
    customer(crn: $crn) {
      ...Overview_letters @arguments(count: $count)
      ...Overview_cards
    }
  }
`;

export const letters = graphql`
  fragment Overview_letters on Customer
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
  @refetchable(queryName: "OverviewLettersQuery") {
    correspondence(first: $count, after: $cursor) @connection(key: "Overview_correspondence") {
      edges {
        node {
          id
          title
          issueDate
        }
      }
    }
  }
`;

export const cards = graphql`
  fragment Overview_cards on Customer
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "OverviewCardsQuery") {
    overview {
      cards(first: $count, after: $cursor) @connection(key: "Overview_cards") {
        edges {
          node {
            __typename
            title
            ... on CorrespondenceCard {
              document {
                id
              }
            }
          }
        }
      }
    }
  }
`;
