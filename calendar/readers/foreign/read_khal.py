"""Reads with khal what vdirsyncer stored: a folder of collections, through the
cache khal keeps between one look and the next."""
import datetime
import pathlib
import sys

import pytz
from khal.khalendar import CalendarCollection

from read import instant, tell

folder, cache = pathlib.Path(sys.argv[1]), sys.argv[2]
zone = pytz.timezone("Europe/Amsterdam")
names = sorted(path.name for path in folder.iterdir())
khal = CalendarCollection(
    calendars={name: {"name": name, "path": str(folder / name), "readonly": True, "color": "", "priority": 10, "ctype": "calendar"} for name in names},
    dbpath=cache,
    locale={"local_timezone": zone, "default_timezone": zone},
)

found = {name: [] for name in names}
for event in khal.get_localized(datetime.datetime(2020, 1, 1, tzinfo=pytz.utc), datetime.datetime(2035, 1, 1, tzinfo=pytz.utc)):
    found[event.calendar].append(event)


def neutral(events):
    for e in events:
        raw = e._vevents[e.ref]  # khal shows neither of the two that it is asked for
        yield {
            "uid": e.uid, "start": instant(e.start), "end": instant(e.end), "sequence": int(raw["SEQUENCE"]), "status": str(raw["STATUS"]),
            "summary": str(e.summary), "location": str(e.location), "lastModified": instant(raw["LAST-MODIFIED"].dt),
        }


for name in names:
    tell(name, lambda: neutral(found[name]))
