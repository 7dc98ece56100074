/* What a C program does with files works below the folder that the first argument names. Prints `ok <behaviour>`
 * for each, and exits with 1 at the first that does not hold. */
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANY = 1000, DEPTH = 200 };

/* How many files at a time, and folders in each other; fewer where the second argument says so. */
static int many = MANY, deep = DEPTH;

/* Writes `text` to a new file or over an old one. */
static void put(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    CHECK(fputs(text, file) >= 0);
    CHECK(fclose(file) == 0);
}

/* Whether the file holds exactly `text`. */
static bool holds(const char *path, const char *text) {
    char buffer[256];
    FILE *file = fopen(path, "r");
    if (file == NULL) return false;
    size_t length = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    return length == strlen(text) && memcmp(buffer, text, length) == 0;
}

static void makes_folders(void) {
    struct stat status;
    CHECK(mkdir("folder", 0777) == 0);
    CHECK(stat("folder", &status) == 0 && S_ISDIR(status.st_mode));
    REFUSED(mkdir("folder", 0777), EEXIST);
    REFUSED(mkdir("missing/folder", 0777), ENOENT);
    CHECK(mkdir("folder/below", 0777) == 0);
    REFUSED(rmdir("folder"), ENOTEMPTY);
    CHECK(rmdir("folder/below") == 0 && rmdir("folder") == 0);
    REFUSED(rmdir("folder"), ENOENT);
}

static void renames(void) {
    put("a", "a");
    CHECK(rename("a", "b") == 0);
    CHECK(access("a", F_OK) == -1 && holds("b", "a"));
    put("a", "newer");
    CHECK(rename("a", "b") == 0 && holds("b", "newer"));
    CHECK(mkdir("folder", 0777) == 0);
    REFUSED(rename("b", "folder"), EISDIR);
    REFUSED(rename("folder", "b"), ENOTDIR);
    REFUSED(rename("folder", "folder/below"), EINVAL);
    CHECK(rename("b", "folder/b") == 0 && rename("folder", "moved") == 0 && holds("moved/b", "newer"));
    REFUSED(rename("a", "b"), ENOENT);
    CHECK(unlink("moved/b") == 0 && rmdir("moved") == 0);
}

static void unlinks(void) {
    put("file", "still here");
    int fd = open("file", O_RDWR);
    CHECK(fd >= 0 && unlink("file") == 0);
    REFUSED(unlink("file"), ENOENT);
    char text[10];
    CHECK(read(fd, text, sizeof text) == sizeof text && memcmp(text, "still here", sizeof text) == 0);
    CHECK(close(fd) == 0);
}

static void appends(void) {
    put("file", "one ");
    FILE *file = fopen("file", "a");
    CHECK(file != NULL && fseek(file, 0, SEEK_SET) == 0 && fputs("two ", file) >= 0 && fclose(file) == 0);
    int fd = open("file", O_WRONLY | O_APPEND);
    CHECK(fd >= 0 && lseek(fd, 0, SEEK_SET) == 0 && write(fd, "three", 5) == 5 && close(fd) == 0);
    CHECK(holds("file", "one two three"));
    CHECK(unlink("file") == 0);
}

static void truncates(void) {
    put("file", "0123456789");
    CHECK(truncate("file", 4) == 0 && holds("file", "0123"));
    int fd = open("file", O_RDWR);
    struct stat status;
    CHECK(fd >= 0 && ftruncate(fd, 6) == 0 && fstat(fd, &status) == 0 && status.st_size == 6);
    CHECK(pwrite(fd, "x", 1, 8) == 1 && lseek(fd, 0, SEEK_CUR) == 0);
    char rest[5];
    CHECK(pread(fd, rest, sizeof rest, 4) == sizeof rest && memcmp(rest, "\0\0\0\0x", sizeof rest) == 0);
    CHECK(close(fd) == 0);
    fd = open("file", O_WRONLY | O_TRUNC);
    CHECK(fd >= 0 && fstat(fd, &status) == 0 && status.st_size == 0 && close(fd) == 0);
    CHECK(unlink("file") == 0);
}

static void seeks(void) {
    FILE *file = fopen("file", "w+");
    CHECK(file != NULL && fputs("0123456789", file) >= 0 && ftell(file) == 10);
    CHECK(fseek(file, -3, SEEK_END) == 0 && fgetc(file) == '7');
    CHECK(fseek(file, -2, SEEK_CUR) == 0 && fgetc(file) == '6');
    CHECK(fseek(file, 15, SEEK_SET) == 0 && fputc('x', file) == 'x');
    CHECK(fseek(file, 12, SEEK_SET) == 0 && fgetc(file) == 0);
    CHECK(fclose(file) == 0);
    int fd = open("file", O_RDONLY);
    REFUSED(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK(lseek(fd, 0, SEEK_END) == 16 && close(fd) == 0 && unlink("file") == 0);
}

/* Every entry is met once, and a cookie leads back to the entry that followed it. */
static void lists_with_cookies(void) {
    char name[32];
    for (int number = 0; number < MANY; number++) {
        snprintf(name, sizeof name, "entry-%d", number);
        put(name, "");
    }
    static bool seen[MANY];
    static char names[MANY + 2][32];
    static long cookies[MANY + 2];
    DIR *folder = opendir(".");
    CHECK(folder != NULL);
    int count = 0, number;
    for (;;) {
        long cookie = telldir(folder);
        struct dirent *entry = readdir(folder);
        if (entry == NULL) break;
        CHECK(count < MANY + 2);
        cookies[count] = cookie;
        snprintf(names[count++], sizeof names[0], "%s", entry->d_name);
        if (sscanf(entry->d_name, "entry-%d", &number) != 1) continue;
        CHECK(entry->d_type == DT_REG && !seen[number]);
        seen[number] = true;
    }
    for (number = 0; number < MANY; number++) CHECK(seen[number]);
    for (int index = count - 1; index >= 0; index -= 97) {
        seekdir(folder, cookies[index]);
        struct dirent *entry = readdir(folder);
        CHECK(entry != NULL && strcmp(entry->d_name, names[index]) == 0);
    }
    rewinddir(folder);
    struct dirent *first = readdir(folder);
    CHECK(first != NULL && strcmp(first->d_name, names[0]) == 0);
    CHECK(closedir(folder) == 0);
    for (number = 0; number < MANY; number++) {
        snprintf(name, sizeof name, "entry-%d", number);
        CHECK(unlink(name) == 0);
    }
}

static void sets_times(void) {
    put("file", "x");
    struct timespec times[2] = {{.tv_sec = 2000000000}, {.tv_sec = 1000000000, .tv_nsec = 123456789}};
    struct stat status;
    CHECK(utimensat(AT_FDCWD, "file", times, 0) == 0 && stat("file", &status) == 0);
    CHECK(status.st_atim.tv_sec == 2000000000 && status.st_mtim.tv_sec == 1000000000);
    CHECK(status.st_mtim.tv_nsec == 123456789);
    int fd = open("file", O_WRONLY);
    times[0].tv_sec = 1500000000;
    CHECK(fd >= 0 && futimens(fd, times) == 0 && write(fd, "y", 1) == 1);
    CHECK(fstat(fd, &status) == 0 && close(fd) == 0);
    /* The write made it newer. */
    CHECK(status.st_atim.tv_sec == 1500000000 && status.st_mtim.tv_sec > 1000000000);
    CHECK(unlink("file") == 0);
}

static void leaves_holes(void) {
    const off_t far = 100000000;
    int fd = open("file", O_RDWR | O_CREAT | O_EXCL, 0666);
    CHECK(fd >= 0 && lseek(fd, far, SEEK_SET) == far && write(fd, "end", 3) == 3);
    struct stat status;
    CHECK(fstat(fd, &status) == 0 && status.st_size == far + 3);
    char middle = 'x';
    CHECK(pread(fd, &middle, 1, far / 2) == 1 && middle == 0);
    CHECK(close(fd) == 0 && unlink("file") == 0);
}

static void opens_many(void) {
    static int fds[MANY];
    char name[32];
    for (int number = 0; number < many; number++) {
        snprintf(name, sizeof name, "open-%d", number);
        fds[number] = open(name, O_RDWR | O_CREAT | O_EXCL, 0666);
        CHECK(fds[number] >= 0 && write(fds[number], name, strlen(name)) == (ssize_t)strlen(name));
    }
    for (int number = 0; number < many; number++) {
        char text[32] = {0};
        snprintf(name, sizeof name, "open-%d", number);
        CHECK(pread(fds[number], text, sizeof text - 1, 0) > 0 && strcmp(text, name) == 0);
        CHECK(close(fds[number]) == 0 && unlink(name) == 0);
    }
    REFUSED(open("open-0", O_RDONLY), ENOENT);
}

static void nests(void) {
    static char path[DEPTH * 2 + 8];
    for (int depth = 0; depth < deep; depth++) {
        strcat(path, depth == 0 ? "d" : "/d");
        CHECK(mkdir(path, 0777) == 0);
    }
    strcat(path, "/file");
    put(path, "deep");
    CHECK(holds(path, "deep") && unlink(path) == 0);
    for (char *slash = strrchr(path, '/'); slash != NULL; slash = strrchr(path, '/')) {
        *slash = 0;
        CHECK(rmdir(path) == 0);
    }
}

static void takes_any_name(void) {
    static char name[257];
    memset(name, 'n', 256);
    REFUSED(mkdir(name, 0777), ENAMETOOLONG);
    REFUSED(open(name, O_WRONLY | O_CREAT, 0666), ENAMETOOLONG);
    name[255] = 0;
    const char *names[] = {"new\nline", " ", "-rf", "*?[\\\"'", "Z\xc3\xbcrich", name};
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        put(names[index], "here");
        CHECK(holds(names[index], "here") && unlink(names[index]) == 0);
    }
}

static void links(void) {
    put("file", "one");
    CHECK(link("file", "hard") == 0 && symlink("hard", "soft") == 0);
    put("hard", "both");
    CHECK(holds("file", "both") && holds("soft", "both"));
    struct stat status;
    CHECK(stat("file", &status) == 0 && status.st_nlink == 2);
    CHECK(lstat("soft", &status) == 0 && S_ISLNK(status.st_mode));
    char target[8] = {0};
    CHECK(readlink("soft", target, sizeof target) == 4 && strcmp(target, "hard") == 0);
    REFUSED(open("soft", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK(unlink("file") == 0 && holds("soft", "both") && unlink("hard") == 0);
    REFUSED(open("soft", O_RDONLY), ENOENT);
    CHECK(unlink("soft") == 0);
}

static const struct {
    const char *name;
    void (*check)(void);
} behaviours[] = {
    {"mkdir", makes_folders},   {"readdir", lists_with_cookies}, {"nesting", nests},
    {"rename", renames},        {"unlink", unlinks},             {"links", links},
    {"append", appends},        {"truncate", truncates},         {"seek", seeks},
    {"sparse", leaves_holes},   {"timestamps", sets_times},      {"open files", opens_many},
    {"names", takes_any_name},
};

int main(int count, char **arguments) {
    CHECK(count >= 2 && chdir(arguments[1]) == 0);
    if (count == 3) many = deep = atoi(arguments[2]);
    CHECK(mkdir("c", 0777) == 0 && chdir("c") == 0);
    for (size_t index = 0; index < sizeof behaviours / sizeof *behaviours; index++) {
        behaviours[index].check();
        printf("ok %s\n", behaviours[index].name);
        fflush(stdout);
    }
    return 0;
}
