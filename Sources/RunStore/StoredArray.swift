import Clibzip
import Files
import Foundation

/// An array of a run's `arrays.npz`, of which single entries are read: the whole may not fit into memory.
public struct StoredArray: Sendable {
  /// Length of each axis.
  public let shape: [Int]
  private let folder: Directory
  private let archive: String
  private let name: String
  /// Bytes before the numbers.
  private let start: Int

  /// Opens an array of the archives that run folders hold: uncompressed, float64, last axis fastest; nil for any other.
  ///
  /// - Parameters:
  ///   - name: as numpy finds it.
  ///   - archive: name of the archive.
  ///   - folder: where the archive is.
  init?(_ name: String, of archive: String, in folder: Directory) {
    self.folder = folder
    self.archive = archive
    self.name = name + ".npy"
    guard let file = ZippedFile(self.name, of: archive, in: folder), let head = file.read(10), head.count == 10 else {
      return nil
    }
    let length = Int(head[8]) | Int(head[9]) << 8
    guard let rest = file.read(length), rest.count == length else { return nil }
    let text = String(decoding: rest, as: UTF8.self)
    guard let shape = text.firstMatch(of: /'shape':\s*\(([0-9, ]*)\)/)?.1, text.contains("'descr': '<f8'"),
      text.contains("'fortran_order': False")
    else { return nil }
    self.shape = shape.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
    // Places in the file are counted in whole numbers; no array comes near to this.
    guard self.shape.allSatisfy({ $0 < 1 << 20 }) else { return nil }
    start = 10 + length
  }

  /// Entries of one of the matrices that the last two axes make.
  ///
  /// - Parameters:
  ///   - layer: which matrix of a stack; 0 for an array of two axes.
  ///   - rows: rows and columns that are wanted, rising.
  /// - Returns: row by row, `rows.count` squared numbers; nil where they can't be read.
  public func matrix(_ layer: Int = 0, at rows: [Int]) -> [Double]? {
    guard shape.count == 2 || shape.count == 3, let size = shape.last, shape[shape.count - 2] == size,
      layer >= 0, layer < (shape.count == 3 ? shape[0] : 1), rows.allSatisfy({ (0..<size).contains($0) }),
      let file = ZippedFile(name, of: archive, in: folder)
    else { return nil }
    var entries: [Double] = []
    entries.reserveCapacity(rows.count * rows.count)
    for row in rows {
      guard file.seek(start + 8 * (layer * size + row) * size), let line = file.numbers(size) else { return nil }
      entries += rows.map { line[$0] }
    }
    return entries
  }

  /// All numbers of an array of one axis.
  public var vector: [Double]? {
    guard shape.count == 1, let file = ZippedFile(name, of: archive, in: folder), file.seek(start) else { return nil }
    return file.numbers(shape[0])
  }
}

/// A file within a zip archive, open for reading.
private final class ZippedFile {
  private let archive: OpaquePointer
  private let file: OpaquePointer

  init?(_ name: String, of archive: String, in folder: Directory) {
    guard let archive = zip_open(folder.pathOfDescriptor(to: archive), ZIP_RDONLY, nil) else { return nil }
    guard let file = zip_fopen(archive, name, 0) else {
      zip_discard(archive)
      return nil
    }
    self.archive = archive
    self.file = file
  }

  deinit {
    zip_fclose(file)
    zip_discard(archive)
  }

  /// To a place in bytes from the beginning.
  func seek(_ place: Int) -> Bool { zip_fseek(file, zip_int64_t(place), SEEK_SET) == 0 }

  func read(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let read = zip_fread(file, &bytes, zip_uint64_t(count))
    return read == zip_int64_t(count) ? bytes : nil
  }

  /// Numbers, least byte first.
  func numbers(_ count: Int) -> [Double]? {
    guard let bytes = read(8 * count) else { return nil }
    return bytes.withUnsafeBytes { raw in
      (0..<count).map {
        Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
      }
    }
  }
}
