"""Reads with icalendar."""
import icalendar

from read import instant, read_all


def events(text):
    for e in icalendar.Calendar.from_ical(text).walk("VEVENT"):
        yield {
            "uid": str(e["UID"]), "start": instant(e["DTSTART"].dt), "end": instant(e["DTEND"].dt), "sequence": int(e["SEQUENCE"]),
            "status": str(e["STATUS"]), "summary": str(e["SUMMARY"]), "location": str(e.get("LOCATION", "")),
            "lastModified": instant(e["LAST-MODIFIED"].dt),
        }


read_all(events)
