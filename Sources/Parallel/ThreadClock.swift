import Glibc

/// Processor time of the calling thread: what a piece of work takes whatever else runs beside it.
public enum ThreadClock {
  /// Seconds that this thread has spent on a processor since it began.
  public static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
