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
      body: JSON.stringify({ query, variables, operationName }),
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`The answer is not JSON (HTTP status ${response.status}): is the API running?`);
    }
  };
}
