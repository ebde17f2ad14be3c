import './workers.js';
import { GraphiQL } from 'graphiql';
import 'graphiql/graphiql.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import './page.css';
import { useMemo, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { fetcherWith } from './fetcher.js';
import * as token from './token.js';
import { showTokenBox } from './token-box.js';

const settings = JSON.parse(document.getElementById('settings').textContent);

// What the visitor typed before wins over the example.
const example = sessionStorage.getItem('graphiql:tabState')
  ? {}
  : { initialQuery: settings.query, initialVariables: settings.variables };

function Workbench() {
  const value = useSyncExternalStore(token.subscribe, token.current);
  // A new fetcher makes GraphiQL read the schema again, as another person may
  // see another one.
  const fetcher = useMemo(() => fetcherWith(value), [value]);
  return (
    <GraphiQL
      fetcher={fetcher}
      schema={value ? undefined : null} // null: do not ask for it without a token
      storage={sessionStorage}
      isHeadersEditorEnabled={false}
      showPersistHeadersSettings={false}
      forcedTheme="system"
      {...example}
    >
      <GraphiQL.Logo><></></GraphiQL.Logo>
    </GraphiQL>
  );
}

showTokenBox(settings.accounts);
createRoot(document.getElementById('graphiql')).render(<Workbench />);
