/* Writes down what a program does to the files of one folder, so that a power cut can be made from it afterwards.
 *
 * Preloaded (LD_PRELOAD) into each process of a node.  MABAR_POWER_FOLDER is the folder, MABAR_POWER_LOG the file that
 * takes one record for each change and each flush, appended in one write so that the records of all processes stand in
 * one order.  A change is written down before it is made, a flush after it has returned: what the log counts as flushed
 * is on the disk, and what it counts as not flushed may be.  SQLite's shared memory (-shm) is no content and left out.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define USUAL(name) static __typeof__(name) *usual; if (!usual) usual = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static char folder[4096];
static size_t folder_length;
static int log_file = -1;

__attribute__((constructor)) static void begin(void)
{
    const char *named = getenv("MABAR_POWER_FOLDER"), *log = getenv("MABAR_POWER_LOG");
    if (!named || !log || !realpath(named, folder))
        return;
    folder_length = strlen(folder);
    /* a high number: a program may close the low ones of its parent */
    int opened = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CLOEXEC | O_CREAT, 0600);
    log_file = fcntl(opened, F_DUPFD_CLOEXEC, 500);
    syscall(SYS_close, opened);
}

/* Give a path within the folder, without it; NULL for every other. */
static const char *within(const char *path)
{
    size_t length = strlen(path);
    if (log_file < 0 || strncmp(path, folder, folder_length))
        return NULL;
    if (path[folder_length] == 0)
        return ".";
    if (path[folder_length] != '/' || (length > 4 && !strcmp(path + length - 4, "-shm")))
        return NULL;
    return path + folder_length + 1;
}

static const char *of_name(int at, const char *path, char *space)
{
    char base[4096], joined[8200], *slash;
    if (path[0] == '/')
        snprintf(joined, sizeof joined, "%s", path);
    else {
        char link[64];
        snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0)
            return NULL;
        base[length] = 0;
        snprintf(joined, sizeof joined, "%s/%s", base, path);
    }
    slash = strrchr(joined, '/');
    if (slash == joined || !slash[1])
        return NULL;
    *slash = 0;
    if (!realpath(joined, space))
        return NULL;
    strcat(strcat(space, "/"), slash + 1);
    return within(space);
}

static const char *of_file(int file, char *space)
{
    char link[64];
    if (log_file < 0 || file == log_file)
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, space, 4095);
    if (length < 0)
        return NULL;
    space[length] = 0;
    return within(space);
}

static void note(char what, const char *path, const char *other, uint64_t offset, const void *content, size_t length)
{
    struct { char what, pad[3]; uint32_t path, other, pad2; uint64_t offset, length; } head = {0};
    int kept = errno;
    head.what = what;
    head.path = (uint32_t)strlen(path);
    head.other = (uint32_t)strlen(other);
    head.offset = offset;
    head.length = length;
    struct iovec parts[] = {
        {&head, sizeof head}, {(void *)path, head.path}, {(void *)other, head.other}, {(void *)content, length}};
    if (syscall(SYS_writev, log_file, parts, 4) != (ssize_t)(sizeof head + head.path + head.other + length))
        abort(); /* a log with a hole would call lost what is not */
    errno = kept;
}

static void note_open(int at, const char *path, int flags)
{
    char space[8192];
    struct stat found;
    const char *name;
    if (!(flags & (O_CREAT | O_TRUNC)) || !(name = of_name(at, path, space)))
        return;
    if (fstatat(at, path, &found, 0))
        note('c', name, "", 0, NULL, 0);
    else if (flags & O_TRUNC)
        note('t', name, "", 0, NULL, 0);
}

#define OPENING(name)                                                                   \
    int name(const char *path, int flags, ...)                                          \
    {                                                                                   \
        USUAL(name);                                                                    \
        va_list more;                                                                   \
        va_start(more, flags);                                                          \
        mode_t mode = va_arg(more, mode_t);                                             \
        va_end(more);                                                                   \
        note_open(AT_FDCWD, path, flags);                                               \
        return usual(path, flags, mode);                                                \
    }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                                                \
    int name(int at, const char *path, int flags, ...)                                  \
    {                                                                                   \
        USUAL(name);                                                                    \
        va_list more;                                                                   \
        va_start(more, flags);                                                          \
        mode_t mode = va_arg(more, mode_t);                                             \
        va_end(more);                                                                   \
        note_open(at, path, flags);                                                     \
        return usual(at, path, flags, mode);                                            \
    }
OPENING_AT(openat)
OPENING_AT(openat64)

#define WRITING_AT(name)                                                                \
    ssize_t name(int file, const void *content, size_t length, off_t offset)            \
    {                                                                                   \
        USUAL(name);                                                                    \
        char space[4096];                                                               \
        const char *path = of_file(file, space);                                        \
        if (path)                                                                       \
            note('w', path, "", (uint64_t)offset, content, length);                     \
        return usual(file, content, length, offset);                                    \
    }
WRITING_AT(pwrite)
WRITING_AT(pwrite64)

ssize_t write(int file, const void *content, size_t length)
{
    USUAL(write);
    char space[4096];
    const char *path = file > 2 ? of_file(file, space) : NULL;
    if (path) {
        off_t offset = fcntl(file, F_GETFL) & O_APPEND ? lseek(file, 0, SEEK_END) : lseek(file, 0, SEEK_CUR);
        note('w', path, "", (uint64_t)offset, content, length);
    }
    return usual(file, content, length);
}

#define SHORTENING(name)                                                                \
    int name(int file, off_t size)                                                      \
    {                                                                                   \
        USUAL(name);                                                                    \
        char space[4096];                                                               \
        const char *path = of_file(file, space);                                        \
        if (path)                                                                       \
            note('t', path, "", (uint64_t)size, NULL, 0);                               \
        return usual(file, size);                                                       \
    }
SHORTENING(ftruncate)
SHORTENING(ftruncate64)

#define FLUSHING(name)                                                                  \
    int name(int file)                                                                  \
    {                                                                                   \
        USUAL(name);                                                                    \
        char space[4096];                                                               \
        const char *path = of_file(file, space);                                        \
        int said = usual(file);                                                         \
        if (path && !said)                                                              \
            note('s', path, "", 0, NULL, 0);                                            \
        return said;                                                                    \
    }
FLUSHING(fsync)
FLUSHING(fdatasync)

static void note_rename(int at, const char *old, int new_at, const char *new)
{
    char space[8192], other[8192];
    const char *from = of_name(at, old, space), *to = of_name(new_at, new, other);
    if (from && to)
        note('r', from, to, 0, NULL, 0);
}

int rename(const char *old, const char *new)
{
    USUAL(rename);
    note_rename(AT_FDCWD, old, AT_FDCWD, new);
    return usual(old, new);
}

int renameat(int at, const char *old, int new_at, const char *new)
{
    USUAL(renameat);
    note_rename(at, old, new_at, new);
    return usual(at, old, new_at, new);
}

static void note_unlink(int at, const char *path)
{
    char space[8192];
    const char *name = of_name(at, path, space);
    if (name)
        note('u', name, "", 0, NULL, 0);
}

int unlink(const char *path)
{
    USUAL(unlink);
    note_unlink(AT_FDCWD, path);
    return usual(path);
}

int unlinkat(int at, const char *path, int flags)
{
    USUAL(unlinkat);
    if (!(flags & AT_REMOVEDIR))
        note_unlink(at, path);
    return usual(at, path, flags);
}
