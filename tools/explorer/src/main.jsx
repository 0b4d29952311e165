// The explorer: GraphiQL, a field for the token, and worked examples. What is typed is gone with the tab.
import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/setup-workers/vite';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './explorer.css';
import { asking, readSchema } from './asking.js';
import { examples } from './examples.js';

const NO_TOKEN = 'Put a token here: `overview token officer` prints one.';

function useSchema(token) {
  const [read, setRead] = useState({ schema: null, why: NO_TOKEN });
  useEffect(() => {
    let current = true;
    const settle = (found) => current && setRead(found);
    if (token) readSchema(token).then(settle);
    else settle({ schema: null, why: NO_TOKEN });
    return () => {
      current = false;
    };
  }, [token]);
  return read;
}

function Explorer() {
  const [token, setToken] = useState('');
  const fetcher = useMemo(() => asking(token), [token]);
  const { schema, why } = useSchema(token);
  return (
    <>
      <form className="token" autoComplete="off" onSubmit={(event) => event.preventDefault()}>
        <label htmlFor="token">Token</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          spellCheck="false"
          value={token}
          onChange={(event) => setToken(event.target.value.trim())}
        />
        <output>{why ?? 'The schema is read.'}</output>
      </form>
      <GraphiQL
        fetcher={fetcher}
        schema={schema}
        storage={window.sessionStorage}
        defaultTabs={examples}
        defaultEditorToolsVisibility="variables"
        showPersistHeadersSettings={false}
      >
        <GraphiQL.Logo>Overview</GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}

createRoot(document.getElementById('explorer')).render(<Explorer />);
