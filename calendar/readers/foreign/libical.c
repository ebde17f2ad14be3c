/* Reads with libical, which Evolution, KOrganizer and GNOME Calendar use. */
#include <dirent.h>
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void text(const char *name, const char *value)
{
    printf("\"%s\":\"", name);
    for (const unsigned char *c = (const unsigned char *)(value ? value : ""); *c; c++) {
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if (*c < ' ')
            printf("\\u%04x", *c);
        else
            putchar(*c);
    }
    putchar('"');
}

static void instant(const char *name, struct icaltimetype t)
{
    time_t at = icaltime_as_timet_with_zone(t, icaltime_get_timezone(t));
    char written[32];
    strftime(written, sizeof written, "%Y-%m-%dT%H:%M:%SZ", gmtime(&at));
    text(name, written);
}

static void event(icalcomponent *e)
{
    icalproperty *modified = icalcomponent_get_first_property(e, ICAL_LASTMODIFIED_PROPERTY);
    putchar('{');
    text("uid", icalcomponent_get_uid(e));
    putchar(',');
    instant("start", icalcomponent_get_dtstart(e));
    putchar(',');
    instant("end", icalcomponent_get_dtend(e));
    printf(",\"sequence\":%d,", icalcomponent_get_sequence(e));
    text("status", icalproperty_status_to_string(icalcomponent_get_status(e)));
    putchar(',');
    text("summary", icalcomponent_get_summary(e));
    putchar(',');
    text("location", icalcomponent_get_location(e));
    putchar(',');
    instant("lastModified", modified ? icalproperty_get_lastmodified(modified) : icaltime_null_time());
    putchar('}');
}

static char *contents(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        exit(1);
    }
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char *all = calloc((size_t)size + 1, 1);
    if (!all || fread(all, 1, (size_t)size, f) != (size_t)size) {
        perror(path);
        exit(1);
    }
    fclose(f);
    return all;
}

static int calendars(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".ics") == 0;
}

int main(int argc, char **argv)
{
    struct dirent **files;
    int n = argc == 2 ? scandir(argv[1], &files, calendars, alphasort) : -1;
    if (n < 0) {
        fprintf(stderr, "give a folder of .ics files\n");
        return 1;
    }
    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], files[i]->d_name);
        char *all = contents(path);
        icalcomponent *calendar = icalparser_parse_string(all);
        files[i]->d_name[strlen(files[i]->d_name) - 4] = '\0';
        putchar('{');
        text("feed", files[i]->d_name);
        if (!calendar || icalcomponent_count_errors(calendar) > 0 || !icalrestriction_check(calendar)) {
            printf(",\"error\":\"libical finds errors\"}\n");
        } else {
            printf(",\"events\":[");
            const char *between = "";
            for (icalcomponent *e = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); e;
                 e = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
                printf("%s", between);
                between = ",";
                event(e);
            }
            printf("]}\n");
        }
        if (calendar)
            icalcomponent_free(calendar);
        free(all);
        free(files[i]);
    }
    free(files);
    return 0;
}
