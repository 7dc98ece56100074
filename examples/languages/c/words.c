// Counts the words of every file in `/texts` and writes the counts to `/counts/words.txt`.

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// The words of an open file.
static unsigned long count_words(FILE *text) {
    unsigned long words = 0;
    bool inside = false;
    for (int letter = getc(text); letter != EOF; letter = getc(text)) {
        bool space = isspace(letter);
        words += !space && !inside;
        inside = !space;
    }
    return words;
}

static int is_text(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static int fail(const char *what) {
    perror(what);
    return EXIT_FAILURE;
}

int main(void) {
    struct dirent **texts;
    if (chdir("/texts")) return fail("/texts");
    int files = scandir(".", &texts, is_text, alphasort);
    if (files < 0) return fail("/texts");
    FILE *report = fopen("/counts/words.txt", "w");
    if (!report) return fail("/counts/words.txt");

    unsigned long total = 0;
    for (int i = 0; i < files; i++) {
        const char *name = texts[i]->d_name;
        FILE *text = fopen(name, "r");
        if (!text) return fail(name);
        unsigned long count = count_words(text);
        if (ferror(text)) return fail(name);
        fclose(text);
        total += count;
        fprintf(report, "%lu %s\n", count, name);
        free(texts[i]);
    }
    free(texts);
    if (fclose(report)) return fail("/counts/words.txt");
    printf("%lu words\n", total);
    return EXIT_SUCCESS;
}
