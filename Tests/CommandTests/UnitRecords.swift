import Foundation

@testable import RunStore

/// The units of a sweep as they stand in the files of its folder, to be counted, damaged and dated.
struct UnitRecords {
  private let file: URL
  private(set) var records: [[UInt8]]

  /// Of the only file of units in a run folder.
  init(_ folder: URL) throws {
    let units = folder.appendingPathComponent("units")
    let names = try FileManager.default.contentsOfDirectory(atPath: units.path).filter { $0.hasSuffix(".units") }
    guard names.count == 1 else { throw CocoaError(.fileNoSuchFile) }
    file = units.appendingPathComponent(names[0])
    records = Self.records(of: try Data(contentsOf: file))
  }

  /// Units that are kept in a run folder, by whichever process.
  static func count(_ folder: URL) -> Int {
    let units = folder.appendingPathComponent("units")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: units.path)) ?? []
    return names.filter { $0.hasSuffix(".units") }.reduce(0) { sum, name in
      sum + records(of: (try? Data(contentsOf: units.appendingPathComponent(name))) ?? Data()).count
    }
  }

  /// What the records of a file say, without the times at which they were kept.
  static func timeless(_ data: Data) -> Data {
    let parts = records(of: data).map { record -> String in
      let name = UnitRecord.Head(record[...])?.nameLength ?? 0
      return record[UnitRecord.Head.size..<record.count - 64].map { String($0) }.joined(separator: " ") + "/\(name)"
    }
    return Data(Set(parts).sorted().joined(separator: "\n").utf8)
  }

  private static func records(of data: Data) -> [[UInt8]] {
    var rest = [UInt8](data)[...]
    var records: [[UInt8]] = []
    while let head = UnitRecord.Head(rest), head.length <= rest.count {
      records.append(Array(rest.prefix(head.length)))
      rest = rest.dropFirst(head.length)
    }
    return records
  }

  /// Makes one record what a flipped bit makes of it.
  mutating func damage(_ index: Int) throws {
    records[index][UnitRecord.Head.size + 3] ^= 1
    try write()
  }

  mutating func remove(_ index: Int) throws {
    records.remove(at: index)
    try write()
  }

  /// Sets when each was kept.
  mutating func date(_ times: [Date], version: String) throws {
    for (index, time) in times.enumerated() {
      guard let record = UnitRecord(records[index], version: version) else { throw CocoaError(.coderInvalidValue) }
      records[index] = UnitRecord(record.kind, record.name, record.contents, time: time.timeIntervalSince1970)
        .bytes(version: version)
    }
    try write()
  }

  private func write() throws { try Data(records.flatMap { $0 }).write(to: file) }
}
