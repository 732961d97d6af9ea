import Foundation
import Testing

/// What was copied from the specification's folder is unchanged. A clone alone has no such folder and skips this.
@Suite("Copies of the specification's files")
struct SharedCopiesTests {
  static let copies = [
    "Tests/Fixtures/oracle/exact.json": "oracle/exact.json",
    "Tests/Fixtures/oracle/finite_width.json": "oracle/finite_width.json",
    "configs/data/digits_parity.csv": "data/digits_parity.csv",
    "configs/data/diabetes.csv": "data/diabetes.csv",
    "scripts/peer/fixed_point.py": "peer/fixed_point.py",
  ]
  static let shared = Repository.root.deletingLastPathComponent().appendingPathComponent("shared")
  static var isHere: Bool { FileManager.default.fileExists(atPath: shared.appendingPathComponent("oracle").path) }

  @Test("every copy is byte for byte", .enabled(if: isHere, "no specification folder beside this clone"))
  func same() throws {
    for (copy, original) in Self.copies {
      let mine = try Data(contentsOf: Repository.root.appendingPathComponent(copy))
      let theirs = try Data(contentsOf: Self.shared.appendingPathComponent(original))
      #expect(mine == theirs, "\(copy) differs from \(original)")
    }
  }

  @Test("the copies are there")
  func present() {
    for copy in Self.copies.keys {
      #expect(FileManager.default.fileExists(atPath: Repository.root.appendingPathComponent(copy).path), "\(copy)")
    }
  }
}
