// A C target because Swift code can't run before the constructors of the shared libraries.
#define _GNU_SOURCE
#include "CProcessStart.h"

#include <malloc.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char single_thread[] = "OPENBLAS_NUM_THREADS=1";

/// Starts the program again with OPENBLAS_NUM_THREADS=1, unless that is set already.
///
/// OpenBLAS starts a thread for every core the moment it is loaded. Each reserves a stack and a buffer of 128 MB of address
/// space, and spins for ever where the buffer can't be mapped (`ulimit -v`, h_vmem of Grid Engine). All work here is shared
/// between cores one level higher, on one BLAS thread each, so those threads are never used. OpenBLAS reads the environment in
/// its constructor, hence from here, before any constructor. `setenv` would come too late (and too early: the C library sets
/// `environ` in its own constructor), so that a second `execve` is the way; it costs about 2 ms of dynamic loading. Where it
/// fails, the program runs on as it is.
static void keep_blas_single_threaded(int argc, char **argv, char **envp) {
  const size_t name_length = strlen("OPENBLAS_NUM_THREADS=");
  size_t count = 0;
  for (; envp[count] != NULL; count++) {
    if (strcmp(envp[count], single_thread) == 0) return;
  }
  (void)argc;
  char *changed[count + 2];
  size_t kept = 0;
  for (size_t index = 0; index < count; index++) {
    if (strncmp(envp[index], single_thread, name_length) != 0) changed[kept++] = envp[index];
  }
  changed[kept++] = (char *)single_thread;
  changed[kept] = NULL;
  execve("/proc/self/exe", argv, changed);
}

__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(int, char **, char **) =
    keep_blas_single_threaded;

/// Keeps the heap in one arena where address space is limited: each thread would reserve 64 MB for its own.
__attribute__((constructor)) static void keep_one_arena(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) mallopt(M_ARENA_MAX, 1);
}
