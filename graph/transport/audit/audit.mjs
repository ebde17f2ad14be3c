// Audits a running server against the GraphQL-over-HTTP specification.
//
//	npm ci
//	node audit.mjs http://127.0.0.1:8080/graphql [header]
//
// The header, such as "Authorization: Bearer …", goes with every request. The
// server must have introspection on: three audits ask for __type. Prints each
// audit that is not ok, then the counts; fails if there is any.
import { auditServer } from "graphql-http";

const [url, header] = process.argv.slice(2);
if (!url) {
  console.error("usage: node audit.mjs <url of the GraphQL server> [header]");
  process.exit(2);
}

const results = await auditServer({ url, fetchFn: fetchWithHeader });
const failed = results.filter((result) => result.status !== "ok");
for (const { status, id, name, reason, response } of failed) {
  console.log(`${status} ${id} ${name}: ${reason} (${response.status}, ${response.headers.get("content-type")})`);
}
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;

function fetchWithHeader(input, init = {}) {
  const headers = new Headers(init.headers);
  if (header) {
    const colon = header.indexOf(":");
    headers.set(header.slice(0, colon).trim(), header.slice(colon + 1).trim());
  }
  return fetch(input, { ...init, headers });
}
