import { parse } from 'graphql';

/** The function with which GraphiQL asks the API, on behalf of token's owner. */
export function fetcherWith(token) {
  return async ({ query, variables, operationName }) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/graphql-response+json, application/json',
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables, operationName: nameIn(query, operationName) }),
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`The answer is not JSON (HTTP status ${response.status}): is the API running?`);
    }
  };
}

/**
 * The name of the operation, if the document has it. GraphiQL learns what a name
 * has become a moment after it was typed, and whoever asks sooner means the new one.
 */
function nameIn(query, name) {
  try {
    return parse(query).definitions.some((d) => d.kind === 'OperationDefinition' && d.name?.value === name) ? name : undefined;
  } catch {
    return name; // the API says what is wrong with the document
  }
}
