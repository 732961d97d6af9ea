import Foundation

/// Time that this process has spent on its processors.
enum ProcessorTime {
  /// Seconds of all threads since the process began.
  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
