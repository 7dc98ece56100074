/*
 * Answers requests, in the manner of CGI: what is asked stands in the environment, the body of the request comes from
 * standard input, and the answer goes to standard output: its headers, an empty line, its body. Every request has an
 * instance of its own: nothing that is kept here is there for the next one.
 */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    /* What `{name}` stands for in the route, if the request came by that one. */
    const char *name = getenv("HTTP_DAYFLY_PATH_NAME");
    if (name == NULL) {
        name = "world";
    }
    printf("Content-Type: text/plain; charset=utf-8\n\n");
    printf("Hello, %s!\n", name);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
