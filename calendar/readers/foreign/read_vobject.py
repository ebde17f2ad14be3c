"""Reads with vobject."""
import vobject

from read import instant, read_all


def events(text):
    for e in vobject.readOne(text).contents.get("vevent", []):
        yield {
            "uid": e.uid.value, "start": instant(e.dtstart.value), "end": instant(e.dtend.value), "sequence": int(e.sequence.value),
            "status": e.status.value, "summary": e.summary.value, "location": e.location.value if "location" in e.contents else "",
            "lastModified": instant(e.last_modified.value),
        }


read_all(events)
