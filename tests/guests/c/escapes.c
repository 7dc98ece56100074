/* The C library's ways to change an input or to leave the sandbox. Prints which error each attempt met; exits with
 * 1 if one was allowed. Expects a folder at `/inputs` that holds `data.txt`. */
#include "check.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

static bool allowed;

static void attempt(const char *what, int result) {
    if (result == -1) {
        printf("refused %s: %s\n", what, strerror(errno));
    } else {
        printf("ALLOWED %s\n", what);
        allowed = true;
    }
}

#define UP "../../../../../../../../../../../../../../../../../../../.."

int main(void) {
    const char *input = "/inputs/data.txt";
    const int root = 3;
    int reader = open(input, O_RDONLY);
    CHECK(reader >= 0);

    attempt("open for writing", open(input, O_WRONLY));
    attempt("open for both", open(input, O_RDWR));
    attempt("truncate on open", open(input, O_WRONLY | O_TRUNC));
    attempt("truncate on open for reading", open(input, O_RDONLY | O_TRUNC));
    attempt("append", open(input, O_WRONLY | O_APPEND));
    attempt("create beside", open("/inputs/new.txt", O_WRONLY | O_CREAT, 0666));
    attempt("truncate", truncate(input, 0));
    attempt("truncate what is open", ftruncate(reader, 0));
    attempt("write where open for reading", (int)write(reader, "x", 1));
    attempt("positioned write where open for reading", (int)pwrite(reader, "x", 1, 0));
    attempt("set times", utimensat(AT_FDCWD, input, NULL, 0));
    attempt("set times of what is open", futimens(reader, NULL));
    attempt("rename", rename(input, "/inputs/other.txt"));
    attempt("rename out", rename(input, "/other.txt"));
    attempt("unlink", unlink(input));
    attempt("remove the mount", rmdir("/inputs"));
    attempt("hard link", link(input, "/linked.txt"));
    attempt("symbolic link beside", symlink("data.txt", "/inputs/link.txt"));
    attempt("write through fd 3", openat(root, "inputs/data.txt", O_WRONLY));
    attempt("above fd 3", openat(root, "..", O_RDONLY));
    attempt("a file above fd 3", openat(root, UP "/etc/passwd", O_RDONLY));
    attempt("up through an input", open("/inputs/" UP "/etc/passwd", O_RDONLY));
    attempt("the host's root", open("/etc/passwd", O_RDONLY));
    attempt("make a folder above", mkdir("../made", 0777));
    symlink(UP "/etc/passwd", "out");
    attempt("a link out", open("out", O_RDONLY));
    return allowed;
}
