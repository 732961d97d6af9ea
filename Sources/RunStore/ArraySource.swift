import Files

/// Arrays of a run, still in memory or read back from its folder.
public protocol ArraySource {
  /// An array of one axis.
  ///
  /// - Parameter name: as numpy finds it.
  /// - Returns: nil where there is none.
  func vector(_ name: String) -> [Double]?

  /// Length of each axis of an array.
  ///
  /// - Parameter name: as numpy finds it.
  /// - Returns: nil where there is none.
  func shape(_ name: String) -> [Int]?

  /// Entries of one of the matrices that the last two axes make.
  ///
  /// - Parameters:
  ///   - name: as numpy finds it.
  ///   - layer: which matrix of a stack; 0 for an array of two axes.
  ///   - rows: rows and columns that are wanted, rising.
  /// - Returns: row by row, `rows.count` squared numbers; nil where there are none.
  func matrix(_ name: String, layer: Int, at rows: [Int]) -> [Double]?
}

/// Arrays that were just computed.
public struct ComputedArrays: ArraySource {
  private let arrays: [String: NamedArray]

  /// - Parameter arrays: by their names; nil where there are none, as nothing is to be drawn then.
  public init?(_ arrays: [NamedArray]) {
    guard !arrays.isEmpty else { return nil }
    self.arrays = Dictionary(arrays.map { ($0.name, $0) }) { first, _ in first }
  }

  /// An array of one axis.
  public func vector(_ name: String) -> [Double]? { try? arrays[name]?.values() }

  /// Length of each axis of an array.
  public func shape(_ name: String) -> [Int]? { arrays[name]?.shape }

  /// Entries of a matrix.
  public func matrix(_ name: String, layer: Int, at rows: [Int]) -> [Double]? {
    guard let array = arrays[name], let size = array.shape.last, let values = try? array.values() else { return nil }
    let start = layer * size * size
    guard start + size * size <= values.count, rows.allSatisfy({ (0..<size).contains($0) }) else { return nil }
    return rows.flatMap { row in rows.map { values[start + row * size + $0] } }
  }
}

/// Arrays of the folder of a finished run.
public struct StoredArrays: ArraySource {
  private let folder: Directory

  /// - Parameter folder: the run folder.
  init(of folder: Directory) { self.folder = folder }

  private func array(_ name: String) -> StoredArray? { StoredArray(name, of: "arrays.npz", in: folder) }

  /// An array of one axis.
  public func vector(_ name: String) -> [Double]? { array(name)?.vector }

  /// Length of each axis of an array.
  public func shape(_ name: String) -> [Int]? { array(name)?.shape }

  /// Entries of a matrix.
  public func matrix(_ name: String, layer: Int, at rows: [Int]) -> [Double]? { array(name)?.matrix(layer, at: rows) }
}
