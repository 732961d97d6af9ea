/// Reads a matrix from a `npy` file: two axes of little-endian numbers, in either order; NaN is an entry that is not
/// observed.
package enum NumpyMatrix {
  /// Reads the file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - name: the name in messages.
  /// - Returns: the numbers.
  /// - Throws: what is wrong with header, length or entries.
  package static func read(_ bytes: [UInt8], named name: String) throws(InvalidMatrix) -> MatrixNumbers {
    let header = try header(bytes, name)
    let count = header.rows * header.columns
    let present = bytes.count - header.start
    guard present == count * header.type.width else {
      throw InvalidMatrix([
        "\(name): \(present) bytes of numbers, but \(header.rows) x \(header.columns) of \(header.type.name) are "
          + "\(count * header.type.width)"
      ])
    }
    var entries = [Double](repeating: 0, count: count)
    var problems: [String] = []
    for index in 0..<count {
      let value = header.type.value(bytes, header.start + index * header.type.width)
      let (row, column) =
        header.isFortran
        ? (index % header.rows, index / header.rows) : (index / header.columns, index % header.columns)
      entries[row * header.columns + column] = value
      if value.isInfinite { problems.append("\(name)[\(row), \(column)]: not a finite number") }
    }
    guard problems.isEmpty else { throw InvalidMatrix(capped: problems, "entries") }
    return MatrixNumbers(rows: header.rows, columns: header.columns, entries: entries)
  }

  private struct Header {
    let type: NumpyType
    let isFortran: Bool
    let rows: Int
    let columns: Int
    /// Where the numbers begin.
    let start: Int
  }

  /// Magic, version, length, and a Python dictionary with three entries.
  private static func header(_ bytes: [UInt8], _ name: String) throws(InvalidMatrix) -> Header {
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 12 else {
      throw InvalidMatrix(["\(name): not a npy file; numpy.save makes one"])
    }
    let isShort = bytes[6] == 1
    guard (1...3).contains(bytes[6]) else {
      throw InvalidMatrix(["\(name): npy version \(bytes[6]) is unknown; versions 1 to 3 are read"])
    }
    let lengthBytes = isShort ? 2 : 4
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes + length
    guard start <= bytes.count else { throw InvalidMatrix(["\(name): ends within its header"]) }
    let text = String(decoding: bytes[(8 + lengthBytes)..<start], as: UTF8.self)
    guard let type = text.firstMatch(of: /'descr':\s*'([^']*)'/)?.1,
      let order = text.firstMatch(of: /'fortran_order':\s*(True|False)/)?.1,
      let shape = text.firstMatch(of: /'shape':\s*\(([0-9, ]*)\)/)?.1
    else { throw InvalidMatrix(["\(name): its header is not that of one array of numbers: \(text.prefix(120))"]) }
    guard let number = NumpyType(String(type)) else {
      throw InvalidMatrix([
        "\(name): entries of type \(type) are not read; save it as float64 (numpy.save(f, a.astype('<f8')))"
      ])
    }
    let axes = shape.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
    guard axes.count == 2, axes[0] > 0, axes[1] > 0, axes[0] <= 1 << 24, axes[1] <= 1 << 24 else {
      throw InvalidMatrix(["\(name): shape (\(shape)); a matrix has two axes, neither empty"])
    }
    return Header(type: number, isFortran: order == "True", rows: axes[0], columns: axes[1], start: start)
  }
}

/// How an entry of a `npy` file is written.
package struct NumpyType {
  private enum Kind {
    case float, signed, unsigned
  }

  /// As the header says it, such as `<f8`.
  package let name: String
  /// Bytes of an entry.
  package let width: Int
  private let kind: Kind

  /// - Parameter name: as the header says it; nil for types that are not read.
  package init?(_ name: String) {
    let known: [String: (Kind, Int)] = [
      "<f8": (.float, 8), "<f4": (.float, 4), "<i8": (.signed, 8), "<i4": (.signed, 4), "<i2": (.signed, 2),
      "|i1": (.signed, 1), "<u8": (.unsigned, 8), "<u4": (.unsigned, 4), "<u2": (.unsigned, 2), "|u1": (.unsigned, 1),
      "|b1": (.unsigned, 1),
    ]
    guard let found = known[name] else { return nil }
    (kind, width) = found
    self.name = name
  }

  /// The number at a place, least byte first.
  package func value(_ bytes: [UInt8], _ start: Int) -> Double {
    var bits: UInt64 = 0
    for offset in 0..<width { bits |= UInt64(bytes[start + offset]) << (8 * UInt64(offset)) }
    switch kind {
    case .float: return width == 8 ? Double(bitPattern: bits) : Double(Float(bitPattern: UInt32(bits)))
    case .unsigned: return Double(bits)
    case .signed:
      let shift = 64 - 8 * width
      return Double(Int64(bitPattern: bits << UInt64(shift)) >> Int64(shift))
    }
  }
}
