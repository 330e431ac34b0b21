/* Between a program and its disk, by LD_PRELOAD: fails the n-th call on files of one folder, and writes down every
   change in order, so that the disk after a power cut at any moment can be made from it (disk_faults.py). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_FILES = 4096 };
enum { OPEN = 1, READ = 2, WRITE = 4, SYNC = 8, TRUNCATE = 16, NAME = 32 };

static char folder[PATH_MAX];
static char *paths[MOST_FILES];
static int trace = -1;
static long calls, fail_at;
static int fail_errno, fail_kinds, fail_stays, fail_short;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* From here on: calls on files below `path` count; changes are appended to the file `log` unless it is empty. */
void disk_watch(const char *path, const char *log) {
    strncpy(folder, path, sizeof folder - 1);
    if (trace >= 0) REAL(close)(trace);
    trace = *log ? REAL(open64)(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600) : -1;
}

/* Let the n-th call from now that is of one of `kinds` fail with `error`, and those after it too if `stays`. */
void disk_arm(long n, int error, int kinds, int stays, int is_short) {
    calls = 0;
    fail_at = n; fail_errno = error; fail_kinds = kinds; fail_stays = stays; fail_short = is_short;
}

long disk_calls(void) { return calls; }

static void note(char op, const char *path, const char *other, uint64_t offset, const void *data, uint64_t length) {
    struct { uint32_t op, path, other, pad; uint64_t offset, length; } head = {
        (uint32_t)op, (uint32_t)strlen(path), (uint32_t)strlen(other), 0, offset, data ? length : 0};
    if (trace < 0) return;
    if (!data) head.offset = offset;
    char *line = malloc(sizeof head + head.path + head.other + head.length);
    if (!line) abort();
    memcpy(line, &head, sizeof head);
    memcpy(line + sizeof head, path, head.path);
    memcpy(line + sizeof head + head.path, other, head.other);
    if (data) memcpy(line + sizeof head + head.path + head.other, data, head.length);
    size_t size = sizeof head + head.path + head.other + head.length;
    if (REAL(write)(trace, line, size) != (ssize_t)size) abort();
    free(line);
}

/* Write down what the program says, among its changes. */
void disk_mark(const char *words) { note('M', words, "", 0, NULL, 0); }

static int watched(const char *path) { return *folder && !strncmp(path, folder, strlen(folder)); }
static const char *of(int file) { return file >= 0 && file < MOST_FILES ? paths[file] : NULL; }

static int fails(int kind) {
    if (!(kind & fail_kinds)) return 0;
    calls++;
    if (!fail_at || !(calls == fail_at || (fail_stays && calls > fail_at))) return 0;
    errno = fail_errno;
    return 1;
}

static int opened(int file, const char *path, int flags, int was_there) {
    if (file < 0 || file >= MOST_FILES) return file;
    free(paths[file]);
    paths[file] = strdup(path);
    if (!was_there) note('C', path, "", 0, NULL, 0);
    if (was_there && (flags & O_TRUNC)) note('T', path, "", 0, NULL, 0);
    return file;
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (!watched(path)) return REAL(open64)(path, flags, mode);
    if (fails(OPEN)) return -1;
    struct stat64 known;
    int was_there = stat64(path, &known) == 0;
    return opened(REAL(open64)(path, flags, mode), path, flags, was_there);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open64(path, flags, mode);
}

int close(int file) {
    if (of(file)) { free(paths[file]); paths[file] = NULL; }
    return REAL(close)(file);
}

ssize_t pread64(int file, void *data, size_t length, off64_t offset) {
    if (of(file) && fails(READ)) return -1;
    return REAL(pread64)(file, data, length, offset);
}

ssize_t pwrite64(int file, const void *data, size_t length, off64_t offset) {
    if (of(file) && fails(WRITE)) {
        if (!fail_short || length < 2) return -1;
        length /= 2;
    }
    ssize_t done = REAL(pwrite64)(file, data, length, offset);
    if (of(file) && done > 0) note('W', of(file), "", (uint64_t)offset, data, (uint64_t)done);
    return done;
}

ssize_t write(int file, const void *data, size_t length) {
    if (!of(file)) return REAL(write)(file, data, length);
    if (fails(WRITE)) {
        if (!fail_short || length < 2) return -1;
        length /= 2;
    }
    off64_t at = fcntl(file, F_GETFL) & O_APPEND ? lseek64(file, 0, SEEK_END) : lseek64(file, 0, SEEK_CUR);
    ssize_t done = REAL(write)(file, data, length);
    if (done > 0) note('W', of(file), "", (uint64_t)at, data, (uint64_t)done);
    return done;
}

static int synced(int file, int (*real)(int)) {
    if (!of(file)) return real(file);
    if (fails(SYNC)) {
        note('F', of(file), "", 0, NULL, 0);
        return -1;
    }
    note('S', of(file), "", 0, NULL, 0); /* no real power is cut here, so nobody need wait for the real disk */
    return 0;
}

int fsync(int file) { return synced(file, REAL(fsync)); }
int fdatasync(int file) { return synced(file, REAL(fdatasync)); }

int ftruncate64(int file, off64_t length) {
    if (of(file) && fails(TRUNCATE)) return -1;
    int done = REAL(ftruncate64)(file, length);
    if (of(file) && !done) note('T', of(file), "", (uint64_t)length, NULL, 0);
    return done;
}

int unlink(const char *path) {
    if (watched(path) && fails(NAME)) return -1;
    int done = REAL(unlink)(path);
    if (watched(path) && !done) note('U', path, "", 0, NULL, 0);
    return done;
}

int rename(const char *from, const char *to) {
    if (watched(from) && fails(NAME)) return -1;
    int done = REAL(rename)(from, to);
    if (watched(from) && !done) note('R', from, to, 0, NULL, 0);
    return done;
}
