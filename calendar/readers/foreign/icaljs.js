// Reads as Thunderbird does, whose parser this is.
import ICAL from "ical.js";
import { instant, readAll } from "./read.js";

readAll((text) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    if (event.isRecurring()) throw new Error(`${event.uid} recurs`);
    const of = (time) => instant(time.toUnixTime() * 1000);
    return {
      uid: event.uid, start: of(event.startDate), end: of(event.endDate), sequence: event.sequence,
      status: component.getFirstPropertyValue("status"), summary: event.summary, location: event.location ?? "",
      lastModified: of(component.getFirstPropertyValue("last-modified")),
    };
  });
});
