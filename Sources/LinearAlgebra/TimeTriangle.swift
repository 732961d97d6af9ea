/// A lower triangle over pairs of times, row t against columns s ≤ t, filled row by row: the store of time matrices in
/// explicit marches.
///
/// The newest rows live in a strip, a rectangle against the times before it and a square against its own. In long runs a
/// finished strip's rectangle is replaced by thin factors (`LowRankBlock`, equation (5.11)), and neighbouring ones are merged, so that a product
/// with n rows reads some `n r log n` numbers instead of `n²/2`. In short runs one strip holds all.
public struct TimeTriangle: Sendable {
  /// Number of time points.
  public let size: Int
  /// Rows of a strip.
  private let height: Int
  /// The newest rows; those behind the last one that was set are zeros.
  var strip: TimeStrip
  /// Factored rectangles that reach back to the first time, from old to new; they will be merged.
  private(set) var wide: [LowRankBlock] = []
  /// Everything else before the strip.
  private(set) var past = PackedPast()
  /// The largest magnitude of an entry in a finished strip.
  private var largest = 0.0

  /// Numbers that are held.
  var count: Int { strip.storage.count + past.count + wide.reduce(0) { $0 + $1.cost } }

  /// Bytes of a triangle of which nothing could be factored: the most that one takes.
  ///
  /// - Parameter size: number of time points.
  /// - Returns: bytes.
  public static func mostBytes(size: Double) -> Double {
    size < Double(shortest) ? 8 * size * size : 4 * size * (size + Double(stripHeight))
  }

  /// Runs shorter than this many time points, and rectangles against fewer, stay as they are (measured).
  static let shortest = 128
  /// Rows of a strip in longer runs (measured).
  static let stripHeight = 32
  /// Error of a factored entry, relative to the largest entry of the matrix: what rounding does to a sum of hundreds of terms.
  static let tolerance = 0x1p-48

  /// Zeros.
  ///
  /// - Parameter size: number of time points.
  init(size: Int) {
    self.size = size
    height = size >= Self.shortest ? Self.stripHeight : size
    strip = TimeStrip(rows: 0..<min(size, height))
  }

  /// Allocates a row; strips before it are final.
  ///
  /// - Parameter time: t, at most one past the rows known.
  mutating func open(_ time: Int) {
    guard time >= strip.rows.upperBound else { return }
    largest = max(largest, strip.largestEntry)
    finishStrip(tolerance: Self.tolerance * largest)
    let start = strip.rows.upperBound
    strip = TimeStrip(rows: start..<min(size, start + height))
  }

  /// Moves the strip to the past: its square as it is, its rectangle factored (5.11) where that pays, and merged with
  /// adjacent ones.
  private mutating func finishStrip(tolerance: Double) {
    let rows = strip.rows
    past.append(strip.entries(columns: rows), rows: rows, columns: rows)
    let before = 0..<rows.lowerBound
    guard !before.isEmpty else { return }
    let rectangle = strip.entries(columns: before)
    if before.count >= Self.shortest,
      let block = LowRankBlock(rectangle, rows: rows, columns: before, tolerance: tolerance)
    {
      wide.append(block)
      mergeWide(tolerance: tolerance)
    } else {
      past.append(rectangle, rows: rows, columns: before)
    }
  }

  /// Merges the newest wide blocks as long as two adjacent ones are of equal height.
  private mutating func mergeWide(tolerance: Double) {
    while wide.count > 1 {
      let (before, last) = (wide[wide.count - 2], wide[wide.count - 1])
      guard before.rows.count == last.rows.count, before.rows.upperBound == last.rows.lowerBound,
        let merged = before.merged(with: last, tolerance: tolerance)
      else { return }
      wide.removeLast(2)
      wide.append(merged.wide)
      past.append(merged.square)
    }
  }

  /// Sets the entry at row and column t.
  ///
  /// - Parameters:
  ///   - time: t, at most one past the rows known.
  ///   - value: the entry.
  mutating func setDiagonal(_ time: Int, _ value: Double) {
    open(time)
    strip[time, time] = value
  }

  /// Entry at row `row`, column `column`; 0 above the diagonal and in rows that are not there yet.
  public subscript(row: Int, column: Int) -> Double {
    guard column <= row, row < strip.rows.upperBound else { return 0 }
    if strip.rows.contains(row) { return strip[row, column] }
    if row == column, let value = past.diagonal(row) { return value }
    return entries(ofRow: row)[column]
  }
}

/// The newest rows of a triangle against all times up to them, row-major.
struct TimeStrip: Sendable {
  let rows: Range<Int>
  var storage: [Double]

  /// Distance between two rows.
  var stride: Int { rows.upperBound }

  init(rows: Range<Int>) {
    self.rows = rows
    storage = Array(repeating: 0, count: rows.count * rows.upperBound)
  }

  subscript(row: Int, column: Int) -> Double {
    get { storage[(row - rows.lowerBound) * stride + column] }
    set { storage[(row - rows.lowerBound) * stride + column] = newValue }
  }

  /// The largest magnitude of an entry; of those that are numbers.
  var largestEntry: Double { storage.reduce(0) { max($0, abs($1)) } }

  /// Some columns, row-major.
  func entries(columns: Range<Int>) -> [Double] {
    (0..<rows.count).flatMap { storage[$0 * stride + columns.lowerBound..<$0 * stride + columns.upperBound] }
  }
}
