"""Rates of this computer's OpenBLAS on one thread, as JSON.

    python3 scripts/benchmarking/blas_rates.py core                    what it is
    python3 scripts/benchmarking/blas_rates.py dgemv SIZE MATRICES     bytes a second, going round so many matrices
    python3 scripts/benchmarking/blas_rates.py dgemm SIZE              operations a second

A program of its own, because OpenBLAS reads OPENBLAS_NUM_THREADS when it is loaded.
"""
import ctypes
import ctypes.util
import json
import sys
import time

ROW_MAJOR, AS_IT_IS, TRANSPOSED = 101, 111, 112


def open_blas():
    name = ctypes.util.find_library("openblas")
    if name is None:
        sys.exit("libopenblas is missing: scripts/dependencies")
    library = ctypes.CDLL(name)
    library.openblas_get_corename.restype = ctypes.c_char_p
    library.openblas_get_config.restype = ctypes.c_char_p
    return library


def filled(count):
    """Numbers that stand in memory; pages never written would all be one page of zeros."""
    numbers = (ctypes.c_double * count)()
    ctypes.memset(numbers, 0x3F, ctypes.sizeof(numbers))
    return numbers


def seconds(work, patience=0.1, turns=5):
    """Processor seconds of one call, the best of a few means that are each long enough for the clock."""
    means = []
    for _ in range(turns):
        start, done = time.process_time(), 0
        while time.process_time() - start < patience or done == 0:
            work()
            done += 1
        means.append((time.process_time() - start) / done)
    return min(means)


def matrix_vector(blas, size, matrices):
    """Bytes a second that dgemv reads, in whichever direction is faster."""
    entries = [filled(size * size) for _ in range(matrices)]
    x, y, one, zero = filled(size), filled(size), ctypes.c_double(1), ctypes.c_double(0)

    def products(direction, size):
        for matrix in entries:
            blas.cblas_dgemv(ROW_MAJOR, direction, size, size, one, matrix, size or 1, x, 1, zero, y, 1)

    directions = (AS_IT_IS, TRANSPOSED)
    # A call from Python takes microseconds, as a small product does: what calls without a product take is left out.
    best = min(seconds(lambda: products(direction, size)) - seconds(lambda: products(direction, 0)) for direction in directions)
    return 8 * size * size * matrices / best


def matrix_matrix(blas, size):
    """Operations a second that dgemm does."""
    a, b, c, one, zero = filled(size * size), filled(size * size), filled(size * size), ctypes.c_double(1), ctypes.c_double(0)

    def product():
        blas.cblas_dgemm(ROW_MAJOR, AS_IT_IS, AS_IT_IS, size, size, size, one, a, size, b, size, zero, c, size)

    return 2 * size**3 / seconds(product)


def main():
    blas = open_blas()
    words = sys.argv[1:]
    if words[0] == "core":
        release = blas.openblas_get_config().decode().split()
        answer = {"core": blas.openblas_get_corename().decode(), "release": release[1]}
    elif words[0] == "dgemv":
        answer = matrix_vector(blas, int(words[1]), int(words[2]))
    else:
        answer = matrix_matrix(blas, int(words[1]))
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
