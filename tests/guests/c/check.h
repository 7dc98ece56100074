/* What the C guests share: a check that ends the program with a message where something does not hold. */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                    \
    do {                                                                                                    \
        if (!(condition)) {                                                                                 \
            fprintf(stderr, "%s:%d: `%s` does not hold (%s)\n", __func__, __LINE__, #condition, strerror(errno)); \
            exit(1);                                                                                        \
        }                                                                                                   \
    } while (0)

/* The call has to fail, and with that error. */
#define REFUSED(call, expected)                                                                     \
    do {                                                                                            \
        errno = 0;                                                                                  \
        if ((call) != -1 || errno != (expected)) {                                                  \
            fprintf(stderr, "%s:%d: `%s` gave %s, expected %s\n", __func__, __LINE__, #call,        \
                    strerror(errno), strerror(expected));                                           \
            exit(1);                                                                                \
        }                                                                                           \
    } while (0)

#endif
