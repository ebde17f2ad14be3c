// Reads with node-ical, which much of the web's JavaScript uses.
import ical from "node-ical";
import { instant, readAll } from "./read.js";

readAll((text) => Object.values(ical.sync.parseICS(text)).filter((c) => c.type === "VEVENT").map((e) => ({
  uid: e.uid, start: instant(e.start), end: instant(e.end), sequence: e.sequence, status: e.status, summary: e.summary,
  location: e.location ?? "", lastModified: instant(e.lastmodified),
})));
