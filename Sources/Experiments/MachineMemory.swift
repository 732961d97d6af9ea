import Files
import Foundation
import Synchronization

/// The memory that a computation may take.
public enum MachineMemory {
  /// Bytes that can be used now without swapping: the system's own estimate, lowered to what the
  /// control group of this process leaves (a container or a batch job has less than the whole computer) and its limits of address
  /// space.
  public static var available: Int {
    min(systemMemory(), AddressSpace.free ?? .max)
  }

  private static let lastReading = Mutex((bytes: 0, until: ContinuousClock.now))

  /// Read at most five times a second: a sweep asks for each of its units, and the files are a dozen.
  private static func systemMemory() -> Int {
    lastReading.withLock { last in
      let now = ContinuousClock.now
      if now >= last.until { last = (available(root: ""), now + .milliseconds(200)) }
      return last.bytes
    }
  }

  /// The same below another root, so that a test can provide its own files; without limits of address space.
  static func available(root: String) -> Int {
    let free = memAvailable(root: root) ?? Int(clamping: ProcessInfo.processInfo.physicalMemory)
    return ([free] + groupHeadrooms(root: root)).min() ?? free
  }

  private static func memAvailable(root: String) -> Int? {
    guard let text = contents(root + "/proc/meminfo") else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      let number = line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      return number.map { $0 * 1024 }
    }
    return nil
  }

  /// Memory left below each limit from this process's group up to the root, versions 1 and 2.
  private static func groupHeadrooms(root: String) -> [Int] {
    guard let text = contents(root + "/proc/self/cgroup") else { return [] }
    var headrooms: [Int] = []
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      if fields[0] == "0" && fields[1].isEmpty {
        headrooms += ancestors(of: String(fields[2])).compactMap {
          headroom(
            folder: root + "/sys/fs/cgroup" + $0, limit: "memory.max", usage: "memory.current",
            cache: "inactive_file")
        }
      } else if fields[1].split(separator: ",").contains("memory") {
        headrooms += ancestors(of: String(fields[2])).compactMap {
          headroom(
            folder: root + "/sys/fs/cgroup/memory" + $0, limit: "memory.limit_in_bytes",
            usage: "memory.usage_in_bytes", cache: "total_inactive_file")
        }
      }
    }
    return headrooms
  }

  /// `/a/b`, `/a` and the root itself, which is where a container sees its own group.
  private static func ancestors(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    return (0...parts.count).map { count in
      parts.prefix(count).map { "/" + $0 }.joined()
    }
  }

  /// Limit less usage, where cached files that the system may drop do not count as used.
  private static func headroom(folder: String, limit: String, usage: String, cache: String) -> Int? {
    guard let limit = number(folder + "/" + limit), let used = number(folder + "/" + usage)
    else { return nil }
    let statistics = contents(folder + "/memory.stat") ?? ""
    let dropped = statistics.split(separator: "\n").compactMap { line -> Int? in
      let fields = line.split(separator: " ")
      return fields.count == 2 && fields[0] == cache ? Int(fields[1]) : nil
    }
    return max(0, limit - max(0, used - (dropped.first ?? 0)))
  }

  private static func number(_ path: String) -> Int? {
    contents(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private static func contents(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}
