#include "zone.h"

#include <libical/ical.h>
#include <pthread.h>
#include <string.h>

static pthread_mutex_t zone_lock = PTHREAD_MUTEX_INITIALIZER; /* libical expands a zone's changes lazily */

const struct zone *zone_find(const char *name)
{
    if (!name)
        return NULL;
    pthread_mutex_lock(&zone_lock);
    bool utc = strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0;
    icaltimezone *z = utc ? icaltimezone_get_utc_timezone() : icaltimezone_get_builtin_timezone(name);
    pthread_mutex_unlock(&zone_lock);
    return (const struct zone *)z;
}

msec zone_offset(const struct zone *z, msec at)
{
    int dst = 0;
    time_t seconds = (time_t)((at >= 0 ? at : at - (SECOND - 1)) / SECOND);

    pthread_mutex_lock(&zone_lock);
    struct icaltimetype t = icaltime_from_timet_with_zone(seconds, 0, icaltimezone_get_utc_timezone());
    int offset = icaltimezone_get_utc_offset_of_utc_time((icaltimezone *)(uintptr_t)z, &t, &dst);
    pthread_mutex_unlock(&zone_lock);
    return offset * SECOND;
}

struct day zone_day(const struct zone *z, msec at)
{
    msec local = at + zone_offset(z, at);

    return (struct day){(int32_t)((local >= 0 ? local : local - (DAY_MS - 1)) / DAY_MS)};
}

msec zone_midnight(const struct zone *z, struct day d)
{
    msec local = d.n * DAY_MS;
    msec t = local - zone_offset(z, local - zone_offset(z, local));

    /* Where clocks jump over midnight, the day begins when they land. */
    while (zone_day(z, t).n < d.n)
        t += 15 * MINUTE;
    return t;
}
