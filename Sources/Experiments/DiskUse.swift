/// Bytes of a run folder by what is asked to be kept, right within a factor of three.
public struct DiskUse: Hashable, Sendable {
  /// What every run folder has: manifest, configuration, result, tables, page.
  public var folder = 0
  /// Figures of tables, and what they add to the page.
  public var figures = 0
  /// `arrays.npz` of `--arrays`.
  public var arrays = 0
  /// Figures of arrays.
  public var maps = 0

  /// Manifest, configuration and a page without figures.
  private static let least = 20_000.0
  /// A number in a table and in the result beside it.
  private static let number = 40.0
  /// A point of a curve in the numbers of a figure, its picture and the page.
  private static let point = 107.0
  /// A picture and its copy in the page without points.
  private static let picture = 30_000.0
  /// A point of a map, in the numbers of a figure; and most of them along each axis.
  private static let mapPoint = 27.0
  private static let mapSide = 120.0

  /// Tables of numbers, drawn as curves.
  ///
  /// - Parameters:
  ///   - rows: of all tables.
  ///   - columns: of all tables together.
  ///   - series: curves in all figures together; 0 where nothing is drawn.
  ///   - pictures: number of figures.
  init(rows: Int, columns: Int, series: Int = 0, pictures: Int = 0) {
    folder = Self.whole(Self.least + Self.number * Double(rows) * Double(columns))
    figures = Self.whole(2 * Self.picture * Double(pictures) + Self.point * Double(rows) * Double(series))
  }

  /// Adds arrays of pairs of times.
  ///
  /// - Parameters:
  ///   - count: number of arrays.
  ///   - points: time points.
  ///   - maps: number of maps that are drawn of them.
  mutating func add(arrays count: Int, points: Int, maps: Int) {
    let side = Double(points)
    arrays = Self.whole(Double(arrays) + 8 * side * (side * Double(count) + 1))
    let drawn = min(side, Self.mapSide)
    self.maps = Self.whole(Double(self.maps) + Double(maps) * (Self.mapPoint * drawn * drawn + 2 * Self.picture))
  }

  /// Adds an archive that is written unasked.
  ///
  /// - Parameter numbers: that it holds.
  mutating func add(archive numbers: Double) { folder = Self.whole(Double(folder) + 8 * numbers) }

  /// Bytes on disk.
  ///
  /// - Parameters:
  ///   - withArrays: whether arrays are kept.
  ///   - withFigures: whether figures are drawn.
  /// - Returns: all together.
  public func bytes(arrays withArrays: Bool, figures withFigures: Bool) -> Int {
    let parts = [folder, withFigures ? figures : 0, withArrays ? arrays : 0, withArrays && withFigures ? maps : 0]
    return Self.whole(parts.reduce(0) { $0 + Double($1) })
  }

  private static func whole(_ bytes: Double) -> Int { Int(exactly: bytes.rounded()) ?? .max }
}
