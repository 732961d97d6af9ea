import Glibc

/// Time spent on processors: what a piece of work takes whatever else runs on the computer.
public enum ProcessorTime {
  /// Seconds of the calling thread since it began.
  public static func ofThread() -> Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  /// Seconds of all threads since the process began.
  public static func ofProcess() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
