import Glibc

/// The limits of this process on what it maps, touched or not (`ulimit -v`, `ulimit -d`, h_vmem of Grid Engine).
public enum AddressSpace {
  /// Bytes that small things take which no count of memory names: text, tables, the heap's own gaps.
  public static let slack = 48 << 20

  /// Stack of a thread that requests no size.
  public static var stackBytes: Int { limit(RLIMIT_STACK) ?? 8 << 20 }

  /// A limit and what it leaves.
  public struct Limit: Hashable, Sendable {
    /// The most that may be mapped, bytes.
    public let bytes: Int
    /// What can still be mapped, bytes, the slack included.
    public let free: Int
    /// The shell's command that sets it.
    public let command: String
  }

  /// The limit that leaves least; nil without one.
  public static var limit: Limit? { limit(root: "", space: limit(RLIMIT_AS), data: limit(RLIMIT_DATA)) }

  /// Bytes that can still be mapped, without the slack; nil without a limit.
  public static var free: Int? { limit.map { max(0, $0.free - slack) } }

  /// The same below another root and under given limits, for tests.
  static func limit(root: String, space: Int?, data: Int?) -> Limit? {
    guard space != nil || data != nil else { return nil }
    let pages =
      (try? String(contentsOfFile: root + "/proc/self/statm", encoding: .utf8))?
      .split(whereSeparator: \.isWhitespace).compactMap { Int($0) } ?? []
    let page = sysconf(Int32(_SC_PAGESIZE))
    // Pages mapped in all, resident, shared, of code, of libraries (unused), of data and stack.
    func left(_ bytes: Int?, _ place: Int, _ command: String) -> Limit? {
      bytes.map {
        Limit(bytes: $0, free: max(0, $0 - (place < pages.count ? page * pages[place] : 0)), command: command)
      }
    }
    return [left(space, 0, "ulimit -v"), left(data, 5, "ulimit -d")].compactMap(\.self).min { $0.free < $1.free }
  }

  private static func limit(_ resource: __rlimit_resource) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return nil }
    return Int(exactly: limit.rlim_cur)
  }
}
