import Files
import Foundation

/// An array of `arrays.npz`, computed when it is written so that only one is in memory at a time.
public struct NamedArray: Sendable {
  /// Name by which numpy finds it.
  public let name: String
  /// Length of each axis; empty for a single number.
  public let shape: [Int]
  /// The numbers, last axis fastest; as many as the product of `shape`.
  public let values: @Sendable () throws -> [Double]

  /// - Parameters:
  ///   - name: name by which numpy finds it.
  ///   - shape: length of each axis.
  ///   - values: yields the numbers, last axis fastest.
  public init(name: String, shape: [Int], values: @escaping @Sendable () throws -> [Double]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// An archive of arrays in addition to `arrays.npz`.
public struct NamedArchive: Sendable {
  /// Path within the run folder, such as `factors.npz`.
  public let path: String
  /// What is in it; at least one.
  public let arrays: [NamedArray]

  /// - Parameters:
  ///   - path: path within the run folder.
  ///   - arrays: what is in it.
  public init(path: String, arrays: [NamedArray]) {
    self.path = path
    self.arrays = arrays
  }
}

/// A table or text that a run writes in addition to its curves.
public struct NamedText: Hashable, Sendable {
  /// Path within the run folder, such as `transfer.csv`.
  public let path: String
  /// What stands in it.
  public let text: String

  /// - Parameters:
  ///   - path: path within the run folder.
  ///   - text: what stands in it.
  public init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}

/// A file that is made of a run's tables, such as a picture.
public struct NamedFile: Sendable {
  /// Path within the run folder, such as `figures/loss.svg`.
  public let path: String
  /// Its bytes.
  public let contents: Data

  /// - Parameters:
  ///   - path: path within the run folder.
  ///   - contents: its bytes.
  public init(path: String, contents: Data) {
    self.path = path
    self.contents = contents
  }

  /// - Parameters:
  ///   - path: path within the run folder.
  ///   - text: what stands in it.
  public init(path: String, text: String) {
    self.init(path: path, contents: Data(text.utf8))
  }
}
