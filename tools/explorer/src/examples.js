// The worked examples, as the tabs that the explorer opens with.
import variables from '../examples/variables.json';

const documents = import.meta.glob('../examples/*.graphql', { query: '?raw', import: 'default', eager: true });

export const examples = Object.entries(documents)
  .sort(([one], [other]) => one.localeCompare(other))
  .map(([path, query]) => {
    const told = variables[path.split('/').pop().replace('.graphql', '')];
    return { query, variables: told && JSON.stringify(told, null, 2) };
  });
