"""What the readers in Python share: the files of the folder they are given,
one after the other, and a line of JSON for each."""
import datetime
import json
import pathlib
import sys


def instant(time):
    """A time as UTC, to the second. A local time without a zone is a mistake."""
    if time.tzinfo is None:
        raise ValueError(f"{time} has no zone")
    return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def tell(feed, events):
    try:
        line = {"feed": feed, "events": list(events())}
    except Exception as e:
        line = {"feed": feed, "error": f"{type(e).__name__}: {e}"}
    print(json.dumps(line))


def read_all(events):
    for file in sorted(pathlib.Path(sys.argv[1]).glob("*.ics")):
        tell(file.stem, lambda: events(file.read_bytes().decode()))
