import Foundation
import JSON

/// Which linear algebra ran underneath.
public struct BLASName: Hashable, Sendable {
  /// Library and version.
  public let library: String
  /// The processor core it chose its kernels for.
  public let core: String

  /// - Parameters:
  ///   - library: library and version.
  ///   - core: the processor core it chose its kernels for.
  public init(library: String, core: String) {
    self.library = library
    self.core = core
  }
}

/// Everything that a run writes into its folder.
public struct RunRecord: Sendable {
  /// Version of dmft.
  public var version: String
  /// One word, such as `completed` or `diverged`.
  public var status: String
  /// `result.json`: the result, whole.
  public var result: Data
  /// Tables, such as `curves.csv`.
  public var tables: [NamedText]
  /// Arrays of `arrays.npz`, which is written if there are any.
  public var arrays: [NamedArray]
  /// Arrays of an archive of its own, such as `factors.npz`: the result itself, written unasked.
  public var archive: NamedArchive?
  /// Seconds that the run took.
  public var seconds: Double
  /// Which linear algebra ran underneath.
  public var blas: BLASName
  /// Further entries of the manifest; the fixed ones win over the same name.
  public var extra: [String: JSONValue]
  /// Whether the finished parts stay in the folder with the results that were made of them.
  public var keepsUnits = false

  /// - Parameters:
  ///   - version: version of dmft.
  ///   - status: one word.
  ///   - result: `result.json`.
  ///   - tables: such as `curves.csv`.
  ///   - arrays: arrays of `arrays.npz`.
  ///   - archive: arrays of an archive of its own.
  ///   - seconds: seconds that the run took.
  ///   - blas: which linear algebra ran underneath.
  ///   - extra: further entries of the manifest.
  public init(
    version: String, status: String, result: Data, tables: [NamedText], arrays: [NamedArray] = [],
    archive: NamedArchive? = nil, seconds: Double, blas: BLASName, extra: [String: JSONValue] = [:]
  ) {
    self.version = version
    self.status = status
    self.result = result
    self.tables = tables
    self.arrays = arrays
    self.archive = archive
    self.seconds = seconds
    self.blas = blas
    self.extra = extra
  }
}
