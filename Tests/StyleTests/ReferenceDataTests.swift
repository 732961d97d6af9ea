import Files
import Foundation
import Testing

/// Reference curves and example tables are data: a change to them is a mistake, or is recorded here.
@Suite("Reference data")
struct ReferenceDataTests {
  static let digests = [
    "Tests/Fixtures/oracle/exact.json": "ad82e67f0e2f22c6917d154f57bfca0c843eaa3e32d36f4e5c6f8109f3e180bc",
    "Tests/Fixtures/oracle/finite_width.json": "05968617a796e521c9d9b6c8625c5f441636acecdbd0f70eafd83bee4942b0c5",
    "Tests/Fixtures/oracle/minibatch_and_split.json":
      "1a812866b60bf5270331c69e6bbd5ca65d05c3b3e0d1a6be2a80b9a366282410",
    "Tests/Fixtures/oracle/vector_outputs.json": "586b9d11586b65c21c320fec1548f62246392ae3d831a230b52ea7873f318503",
    "configs/data/diabetes.csv": "9193026b7622ff944f0a6855a10107b24caf50dad69787c46e6890e69c27faca",
    "configs/data/digits10.csv": "0db977f8a2cc9bfaf93b8e1198dffb62aa270c0451b9943578eca6766e14b84e",
    "configs/data/digits_parity.csv": "2e762afb0e0e7006d3f20409849c61fa71ba8947d3280c2985fb1f0d44ec1d8b",
  ]

  @Test("each file has its SHA-256", arguments: digests.keys.sorted())
  func unchanged(path: String) throws {
    let contents = try Data(contentsOf: Repository.root.appendingPathComponent(path))
    #expect(sha256(contents) == Self.digests[path], "\(path) has changed")
  }
}
