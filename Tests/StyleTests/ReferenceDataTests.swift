import Files
import Foundation
import Testing

/// Reference curves and example tables are data: a change to them is a mistake, or is recorded here.
@Suite("Reference data")
struct ReferenceDataTests {
  static let digests = [
    "Tests/Fixtures/oracle/committee.json": "73397f4f56b5956db690228878e4b025ae5b0729f0124191b4f150303ef9955d",
    "Tests/Fixtures/oracle/exact.json": "ad82e67f0e2f22c6917d154f57bfca0c843eaa3e32d36f4e5c6f8109f3e180bc",
    "Tests/Fixtures/oracle/finite_width.json": "05968617a796e521c9d9b6c8625c5f441636acecdbd0f70eafd83bee4942b0c5",
    "Tests/Fixtures/oracle/gradient_rates.json": "133fd22909a342c5c95998d29c8d47caa253484e6fd7e715c3492a31d166c4d7",
    "Tests/Fixtures/oracle/lazy.json": "3f142e8d2ea15d7d34d434feb0d7d87edfb9525d70c2a69f3dd3483769ba95a9",
    "Tests/Fixtures/oracle/losses.json": "fb118e5f7d1b3b2427e74f56e2dda663dca075d347682095815284bbb29feca9",
    "Tests/Fixtures/oracle/minibatch_and_split.json":
      "1a812866b60bf5270331c69e6bbd5ca65d05c3b3e0d1a6be2a80b9a366282410",
    "Tests/Fixtures/oracle/sharpness.json": "54a8c6e41746ee182d845190f86a8f84e47f716359051c6e22aa9bef7b8cda58",
    "Tests/Fixtures/oracle/spectra.json": "59f4b94dd6258691c353ca2f332b110369594cd36ead1ccf3932e7299df05c82",
    "Tests/Fixtures/oracle/vector_outputs.json": "586b9d11586b65c21c320fec1548f62246392ae3d831a230b52ea7873f318503",
    "Tests/Fixtures/oracle/tables/diabetes300_test.csv":
      "b9290a3f42618225b71e6a5c19fcabf29b2199ce648ed22ae00b0d392f343ed1",
    "Tests/Fixtures/oracle/tables/diabetes300_train.csv":
      "161858ffdd2f2da4ddd929745f4666212edb7ed92ad46b474c1fc41106417421",
    "Tests/Fixtures/oracle/tables/diabetes6_test.csv":
      "278683157b992a322b6613ab6b60dfcccbb4084f79fb8cfa9c842952d3707d82",
    "Tests/Fixtures/oracle/tables/diabetes6_train.csv":
      "dcac10f012f9a0b8ff632c8312e7fa96a8994720fa05debe827e2a5b06564cb1",
    "Tests/Fixtures/oracle/tables/digits200_test.csv":
      "148282b5fb045d93b04b5b9624aac1598ef6fe8cb42e0a390ee0d323b02dda5c",
    "Tests/Fixtures/oracle/tables/digits200_train.csv":
      "e85375789caf03996e9ce5061e8c45f6c0dea0c53d372a79347641813fa36896",
    "Tests/Fixtures/oracle/tables/digits40_test.csv":
      "848163c623f47b9fd6be933685b317bcefecf25cf8c4b192a709762d7b543a81",
    "Tests/Fixtures/oracle/tables/digits40_train.csv":
      "824cd22ab81d4bb3b6c7c0b809bd150a317f7906f062607e82ce92577b379e83",
    "configs/data/diabetes_test.csv": "b9290a3f42618225b71e6a5c19fcabf29b2199ce648ed22ae00b0d392f343ed1",
    "configs/data/diabetes_train.csv": "161858ffdd2f2da4ddd929745f4666212edb7ed92ad46b474c1fc41106417421",
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
