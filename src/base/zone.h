/*
 * Time zones by their IANA names ("Europe/Berlin"), through libical's reading of the system's zone database.
 * Offsets are always taken at the instant they are asked for, so summer time is right for past and future dates.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "day.h"

struct zone;

/* NULL when there is no such zone. The zone lives as long as the program. */
const struct zone *zone_find(const char *name);

msec zone_offset(const struct zone *z, msec at);        /* local minus UTC */
struct day zone_day(const struct zone *z, msec at);     /* the local day of an instant */
msec zone_midnight(const struct zone *z, struct day d); /* the first instant of a local day */

#endif
