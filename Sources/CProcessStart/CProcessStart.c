// A C target because Swift code can't run before the constructors of the shared libraries.
#define _GNU_SOURCE
#include "CProcessStart.h"

#include <malloc.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The processors that the process may use, a bit for each; `allowed_size` is 0 where they were not narrowed.
static unsigned long allowed[1024];
static size_t allowed_size = 0;

/// Shows OpenBLAS a single processor while it is loaded.
///
/// OpenBLAS starts a thread for every processor in its constructor. Each reserves a stack and a buffer of 128 MB of address
/// space, burns some 15 ms of processor time before it sleeps, and spins for ever where the buffer can't be mapped
/// (`ulimit -v`, h_vmem of Grid Engine). All work here is shared between cores one level higher, on one BLAS thread each, so
/// those threads are never used. OpenBLAS counts the processors that it may run on, hence they are narrowed to the present one
/// before any constructor, and widened again behind the constructors of all libraries. OPENBLAS_NUM_THREADS would have to be in
/// the environment before the program starts: the C library sets `environ` in its own constructor. Where the system refuses,
/// the program runs on as it is.
static void show_one_processor(void) {
  const long size = syscall(SYS_sched_getaffinity, 0, sizeof allowed, allowed);
  unsigned processor = 0;
  if (size <= 0 || syscall(SYS_getcpu, &processor, NULL, NULL) != 0) return;
  const size_t bits = 8 * sizeof(unsigned long);
  if (processor >= 8 * (size_t)size) return;
  unsigned long one[sizeof allowed / sizeof allowed[0]];
  memset(one, 0, sizeof one);
  one[processor / bits] = 1UL << processor % bits;
  if (syscall(SYS_sched_setaffinity, 0, (size_t)size, one) == 0) allowed_size = (size_t)size;
}

__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(void) = show_one_processor;

/// Gives the processors back. Constructors of the program run behind those of the libraries that it links.
__attribute__((constructor(101))) static void show_all_processors(void) {
  if (allowed_size > 0) syscall(SYS_sched_setaffinity, 0, allowed_size, allowed);
}

/// Keeps the heap in one arena where address space is limited: each thread would reserve 64 MB for its own.
__attribute__((constructor)) static void keep_one_arena(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) mallopt(M_ARENA_MAX, 1);
}
