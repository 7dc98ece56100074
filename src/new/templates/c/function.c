/*
 * Answers requests, in the manner of CGI: what is asked stands in the environment, the body of the request comes from
 * standard input, and the answer goes to standard output: its headers, an empty line, its body. Every request has an
 * instance of its own: nothing that is kept here is there for the next one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a hexadecimal digit stands for, or -1. */
static int digit(char c) {
    const char *digits = "0123456789abcdef", *at = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
    return at == NULL ? -1 : (int)(at - digits);
}

/* Prints a part of a path: `%C3%A9` stands for a byte each. */
static void print_decoded(const char *text) {
    for (; *text != '\0'; text++) {
        int high, low;
        if (*text == '%' && (high = digit(text[1])) >= 0 && (low = digit(text[2])) >= 0) {
            putchar(high << 4 | low);
            text += 2;
        } else {
            putchar(*text);
        }
    }
}

int main(void) {
    /* What `{name}` stands for in the route, if the request came by that one. */
    const char *name = getenv("HTTP_DAYFLY_PATH_NAME");
    if (name == NULL) {
        name = "world";
    }
    printf("Content-Type: text/plain; charset=utf-8\n\nHello, ");
    print_decoded(name);
    printf("!\n");
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
