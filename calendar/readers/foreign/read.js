// What the readers in JavaScript share: the files of the folder they are given,
// one after the other, and a line of JSON for each.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// instant writes a time as UTC, to the second.
export const instant = (time) => new Date(time).toISOString().replace(".000Z", "Z");

export function readAll(events) {
  const folder = process.argv[2];
  for (const file of readdirSync(folder).filter((f) => f.endsWith(".ics")).sort()) {
    const line = { feed: file.slice(0, -".ics".length) };
    try {
      line.events = events(readFileSync(join(folder, file), "utf8"));
    } catch (e) {
      line.error = String(e);
    }
    console.log(JSON.stringify(line));
  }
}
