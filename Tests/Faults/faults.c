// Calls of the C library that fail on purpose. Tests/CommandTests/FaultTests.swift compiles this file into a library that it preloads.
//
//   DMFT_FAULT=KIND:N    the N-th call of a kind fails, the others work
//   DMFT_FAULT=KIND:N+   the N-th fails and all that follow, as on a disk that is full
//   DMFT_FAULT_MARK      a file that is made when the first call fails
//
// Kinds: write, rename, make (a directory), open, sync, close (a file that was written), allocate. Calls are counted from the start of the process. Files of the
// system (/proc, /etc, libraries) open always: what is tried is a disk of results that fails.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { NONE, WRITE, RENAME, MAKE, OPEN, SYNC, CLOSE, ALLOCATE };
static const char *const names[] = {"none", "write", "rename", "make", "open", "sync", "close", "allocate"};
static const int reasons[] = {0, ENOSPC, EIO, ENOSPC, EMFILE, EIO, EIO, ENOMEM};

static enum kind chosen = NONE;
static long number = 0;
static int goes_on = 0;
static const char *mark = NULL;
static atomic_long calls = 0;

__attribute__((constructor)) static void read_environment(void) {
  const char *fault = getenv("DMFT_FAULT");
  if (fault == NULL) return;
  const char *colon = strchr(fault, ':');
  if (colon == NULL) return;
  // Programs that this one starts, such as gnuplot, run as ever.
  unsetenv("LD_PRELOAD");
  mark = getenv("DMFT_FAULT_MARK");
  number = strtol(colon + 1, NULL, 10);
  goes_on = fault[strlen(fault) - 1] == '+';
  for (enum kind kind = WRITE; kind <= ALLOCATE; kind++) {
    if (strlen(names[kind]) == (size_t)(colon - fault) && strncmp(names[kind], fault, (size_t)(colon - fault)) == 0) chosen = kind;
  }
}

/// Whether this call has to fail; `errno` then says why. Calls the system directly: it runs inside of malloc.
static int fails(enum kind kind) {
  if (kind != chosen) return 0;
  long call = atomic_fetch_add(&calls, 1) + 1;
  if (call != number && !(goes_on && call > number)) return 0;
  if (call == number && mark != NULL) {
    long file = syscall(SYS_openat, AT_FDCWD, mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file >= 0) syscall(SYS_close, (int)file);
  }
  errno = reasons[kind];
  return 1;
}

static int is_of_system(const char *path) {
  static const char *const places[] = {"/proc/", "/sys/", "/etc/", "/usr/", "/dev/", "/opt/", "/lib", "/root/"};
  if (strncmp(path, "/proc/self/fd/", 14) == 0) return 0;
  for (size_t index = 0; index < sizeof places / sizeof *places; index++) {
    if (strncmp(path, places[index], strlen(places[index])) == 0) return 1;
  }
  return 0;
}

// The function that this one stands before.
#define REAL(name)                                     \
  static __typeof__(&name) real = NULL;                \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int file, const void *bytes, size_t count) {
  return fails(WRITE) ? -1 : syscall(SYS_write, file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
  return fails(WRITE) ? -1 : syscall(SYS_pwrite64, file, bytes, count, place);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  return fails(WRITE) ? -1 : syscall(SYS_writev, file, parts, count);
}

// The C library's own streams do not call `write` where it could be seen. One that has failed says so by `ferror`.
size_t fwrite(const void *bytes, size_t size, size_t count, FILE *file) {
  REAL(fwrite);
  if (!fails(WRITE)) return real(bytes, size, count, file);
  file->_flags |= 0x20;
  return 0;
}

int fflush(FILE *file) {
  REAL(fflush);
  if (!fails(WRITE)) return real(file);
  if (file != NULL) file->_flags |= 0x20;
  return EOF;
}

int rename(const char *from, const char *to) { return fails(RENAME) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0); }

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  return fails(RENAME) ? -1 : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  return fails(RENAME) ? -1 : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int link(const char *from, const char *to) { return fails(RENAME) ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0); }

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  return fails(RENAME) ? -1 : (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}

int mkdir(const char *path, mode_t mode) { return fails(MAKE) ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode); }

int mkdirat(int folder, const char *path, mode_t mode) { return fails(MAKE) ? -1 : (int)syscall(SYS_mkdirat, folder, path, mode); }

static int opened(int folder, const char *path, int flags, mode_t mode) {
  if (!is_of_system(path) && fails(OPEN)) return -1;
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define MODE(flags)                                          \
  mode_t mode = 0;                                           \
  if ((flags) & (O_CREAT | O_TMPFILE)) {                     \
    va_list list;                                            \
    va_start(list, flags);                                   \
    mode = va_arg(list, mode_t);                             \
    va_end(list);                                            \
  }

int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return opened(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return opened(folder, path, flags | O_LARGEFILE, mode); }

FILE *fopen(const char *path, const char *mode) {
  REAL(fopen);
  return !is_of_system(path) && fails(OPEN) ? NULL : real(path, mode);
}

FILE *fopen64(const char *path, const char *mode) {
  REAL(fopen64);
  return !is_of_system(path) && fails(OPEN) ? NULL : real(path, mode);
}

FILE *fdopen(int file, const char *mode) {
  REAL(fdopen);
  return fails(OPEN) ? NULL : real(file, mode);
}

int mkstemp(char *path) {
  REAL(mkstemp);
  return fails(OPEN) ? -1 : real(path);
}

int mkstemp64(char *path) {
  REAL(mkstemp64);
  return fails(OPEN) ? -1 : real(path);
}

int fsync(int file) { return fails(SYNC) ? -1 : (int)syscall(SYS_fsync, file); }
int fdatasync(int file) { return fails(SYNC) ? -1 : (int)syscall(SYS_fdatasync, file); }
int syncfs(int file) { return fails(SYNC) ? -1 : (int)syscall(SYS_syncfs, file); }

static int is_written(int file) {
  int flags = fcntl(file, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

// Of a file that was written; it is closed all the same, as on Linux.
int close(int file) {
  int may_fail = is_written(file), status = (int)syscall(SYS_close, file);
  return status == 0 && may_fail && fails(CLOSE) ? -1 : status;
}

int fclose(FILE *file) {
  REAL(fclose);
  int may_fail = is_written(fileno(file)), status = real(file);
  return status == 0 && may_fail && fails(CLOSE) ? EOF : status;
}

// The C library's own allocator by its other names: `dlsym` would allocate.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) { return fails(ALLOCATE) ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails(ALLOCATE) ? NULL : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return fails(ALLOCATE) ? NULL : __libc_realloc(old, size); }
void *aligned_alloc(size_t alignment, size_t size) { return fails(ALLOCATE) ? NULL : __libc_memalign(alignment, size); }

int posix_memalign(void **place, size_t alignment, size_t size) {
  if (fails(ALLOCATE)) return ENOMEM;
  void *memory = __libc_memalign(alignment, size);
  if (memory == NULL) return ENOMEM;
  *place = memory;
  return 0;
}
