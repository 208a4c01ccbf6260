/*
 * Every ceiling on what somebody else can make the program spend, in one place.
 * A number here is a promise of the documentation too; change both together.
 */
#ifndef BASE_CEILINGS_H
#define BASE_CEILINGS_H

#define MAX_JSON_BODY (4u << 20)         /* bytes of one JSON request */
#define MAX_UPLOAD (512ll << 20)         /* bytes of one uploaded file (an import may be long) */
#define MAX_REPLY (64u << 20)            /* bytes of one buffered reply */
#define MAX_URL 8192u                    /* bytes of path and query */
#define MAX_HEADERS 16384u               /* bytes of all header lines of a request */
#define MAX_QUERY_ARGS 64u               /* arguments in a query string */
#define MAX_FORM_FIELDS 64u              /* parts of a multipart form */
#define MAX_FORM_VALUE (64u << 10)       /* bytes of one part that is not a file */
#define MAX_JSON_DEPTH 64u               /* nesting of a JSON body */
#define MAX_ARENA (256ull << 20)         /* memory of one request */
#define MAX_PAGE 500u                    /* records in one page of a list */
#define MAX_TOUCHED 20000                /* records that are changed or go because one is deleted */
#define MAX_BATCH 1000u                  /* operations in one batch */
#define MAX_FILTERS 32u                  /* conditions of one list */
#define MAX_SORT_KEYS 4u                 /* sort keys of one list */
#define MAX_IN_VALUES 500u               /* values of one `in` condition */
#define MAX_STREAMS 10000u               /* open event streams */
#define MAX_STREAM_BUFFER (256u << 10)   /* bytes an event stream keeps for a slow client */
#define MAX_SEGMENTS 32u                 /* segments of a path */
#define MAX_FEED_ITEMS 8192u             /* log items kept in memory for streams that resume */
#define MAX_CONNECTIONS 12000u           /* open HTTP connections */
#define MAX_WRITE_QUEUE 4096u            /* writes waiting for the writer */
#define MAX_PATTERN 200u                 /* bytes of one `like` condition: its time is its length by that of the text */
#define MAX_TEXT 500u                    /* characters of a short text unless a field says otherwise */
#define MAX_LONG_TEXT 100000u            /* characters of a long text */
#define MAX_MONEY_MINOR 10000000000000ll /* 1e13: sums of a million such amounts stay exact */
#define MAX_CUSTOM_FIELDS 200u           /* custom fields of one kind */
#define MAX_CSV_COLUMNS 1000u
#define MAX_CSV_CELL (1u << 20) /* bytes */
#define MAX_CSV_ROW (16u << 20) /* bytes of all cells of a row */
#define MAX_BAD_ROWS 10000u     /* bad rows an import reports with their reasons */

#endif
