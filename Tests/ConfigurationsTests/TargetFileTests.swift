import Fixtures
import Foundation
import Problems
import Testing

@testable import Configurations
@testable import Tables

@Suite struct TargetFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// As `dmft reduce` uses them.
  private static func isUsed(_ path: String) -> Bool {
    ["training.", "simulation.", "reduce."].contains { path.hasPrefix($0) }
      && !["reduce.classes", "reduce.samplesPerClass"].contains(path)
  }

  private func load(_ words: String..., file: String? = nil) throws(InvalidConfiguration) -> Configuration {
    try Configuration.load(
      file: file, overrides: words, uses: Self.isUsed, workingDirectory: scratch.path)
  }

  private func mistakes(_ words: String...) -> [String] {
    do throws(InvalidConfiguration) {
      _ = try Configuration.load(
        file: nil, overrides: words, uses: Self.isUsed, workingDirectory: scratch.path)
      return []
    } catch {
      return error.mistakes.map(\.description)
    }
  }

  @Test func csvWithAndWithoutHeader() throws {
    try scratch.write("a,b,c\n1,2,3\n4,5,6.5\n", to: "h.csv")
    try scratch.write("1,2,3\n4,5,6.5\n\n", to: "n.csv")
    for name in ["h.csv", "n.csv"] {
      let file = try #require(try load("reduce.target=\(name)").targetFile)
      #expect(file.rows == 2 && file.columns == 3 && file.entries == [1, 2, 3, 4, 5, 6.5] && !file.hasGaps)
    }
  }

  @Test func emptyCellsAreNotObserved() throws {
    try scratch.write(",2\n3,nan\n", to: "g.csv")
    let file = try #require(try load("reduce.target=g.csv", "reduce.rank=1").targetFile)
    #expect(file.entries[0].isNaN && file.entries[1] == 2 && file.entries[2] == 3 && file.entries[3].isNaN)
    #expect(mistakes("reduce.target=g.csv").contains { $0.contains("reduce.rank is missing") })
    #expect(
      mistakes("reduce.target=g.csv", "reduce.rank=1", "reduce.inputDecay=1").contains {
        $0.contains("complete target")
      })
  }

  @Test func everyFlawOfACSVIsReportedWithItsPlace() throws {
    try scratch.write("1,2\n3\n\nx,4\n5,inf\n", to: "bad.csv")
    let messages = mistakes("reduce.target=bad.csv").joined(separator: "\n")
    for place in ["bad.csv:2:1: 1 cells", "bad.csv:3:1: a blank", "bad.csv:4:1: 'x'", "bad.csv:5:3: 'inf'"] {
      #expect(messages.contains(place), "\(place) in \(messages)")
    }
    try scratch.write("a,2\n3,4\n", to: "mixed.csv")
    #expect(mistakes("reduce.target=mixed.csv").contains { $0.contains("mixed.csv:1:1: 'a' is not a number") })
    try scratch.write("0,0\n0,0\n", to: "zero.csv")
    #expect(mistakes("reduce.target=zero.csv").contains { $0.contains("every entry is zero") })
    try scratch.write("nan,\n,nan\n", to: "none.csv")
    #expect(mistakes("reduce.target=none.csv", "reduce.rank=1").contains { $0.contains("no entry is observed") })
    #expect(mistakes("reduce.target=absent.csv").contains { $0.contains("no such file") })
    #expect(mistakes("reduce.target=randum").contains { $0.contains("did you mean random?") })
  }

  /// A `npy` file from its parts.
  private func npy(_ descr: String, _ order: String, _ shape: String, _ body: [UInt8], version: UInt8 = 1) -> Data {
    let text = "{'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(shape), }\n"
    let length = UInt8(text.utf8.count)
    let size: [UInt8] = version == 1 ? [length, 0] : [length, 0, 0, 0]
    return Data([0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array(text.utf8) + body)
  }

  private func bytes<Number>(_ numbers: [Number]) -> [UInt8] {
    numbers.flatMap { withUnsafeBytes(of: $0) { Array($0) } }
  }

  private func read(_ data: Data) throws(InvalidMatrix) -> MatrixNumbers {
    try NumpyMatrix.read(Array(data), named: "x.npy")
  }

  @Test func numpyTypesVersionsAndOrders() throws {
    let numbers = [1.0, -2.5, 3, 4, 5, 6]
    #expect(try read(npy("<f8", "False", "(2, 3)", bytes(numbers))).entries == numbers)
    let fortran = try read(npy("<f8", "True", "(3, 2)", bytes(numbers), version: 2))
    #expect(fortran.rows == 3 && fortran.entries == [1, 4, -2.5, 5, 3, 6])
    #expect(try read(npy("<f4", "False", "(1, 2)", bytes([Float(0.1), .nan]))).entries[0] == Double(Float(0.1)))
    #expect(try read(npy("<i4", "False", "(2, 1)", bytes([Int32(-7), 9]))).entries == [-7, 9])
    #expect(try read(npy("<i8", "False", "(2, 1)", bytes([Int64(-7), 1 << 40]), version: 3)).entries == [-7, 0x1p40])
    #expect(try read(npy("|u1", "False", "(1, 2)", [200, 3])).entries == [200, 3])
    #expect(try read(npy("<u8", "False", "(1, 1)", bytes([UInt64.max]))).entries == [0x1p64])
  }

  @Test(arguments: [
    ("<f8", "(2, 2)", 8, "are 32"), (">f8", "(1, 1)", 8, "save it as float64"), ("<c16", "(1, 1)", 16, "save it as"),
    ("<f8", "(4,)", 32, "two axes"), ("<f8", "(0, 3)", 0, "neither empty"), ("<f8", "(1, 1, 1)", 8, "two axes"),
  ])
  func numpyFlaws(type: String, shape: String, count: Int, word: String) throws {
    do throws(InvalidMatrix) {
      _ = try read(npy(type, "False", shape, Array(repeating: 0, count: count)))
      Issue.record("taken")
    } catch {
      #expect(error.problems.contains { $0.contains(word) }, "\(error.problems)")
    }
  }

  @Test func numpyFilesThatAreNone() throws {
    for data in [
      Data("no".utf8), Data([0x93] + Array("NUMPY".utf8) + [9, 0, 4, 0, 1, 2]), npy("<f8", "x", "(1, 1)", []),
    ] {
      do throws(InvalidMatrix) {
        _ = try read(data)
        Issue.record("taken")
      } catch {
        #expect(!error.problems.isEmpty)
      }
    }
    do throws(InvalidMatrix) {
      _ = try read(npy("<f8", "False", "(1, 2)", bytes([Double.infinity, 1])))
      Issue.record("taken")
    } catch {
      #expect(error.problems == ["x.npy[0, 0]: not a finite number"])
    }
  }

  @Test func hashFollowsContentsAndYAMLThePlace() throws {
    try scratch.write("1,2\n3,4\n", to: "a/t.csv")
    try scratch.write("1,2\n3,4\n", to: "b/u.csv")
    try scratch.write("1,2\n3,5\n", to: "c/t.csv")
    try scratch.write("reduce: {target: t.csv}\n", to: "a/x.yaml")
    let first = try load(file: "a/x.yaml")
    #expect(try first.hash() == load("reduce.target=b/u.csv").hash())
    #expect(try first.hash() != load("reduce.target=c/t.csv").hash())
    #expect(first.yaml().contains("target: \(scratch.path)/a/t.csv"))
    try scratch.write(first.yaml(), to: "elsewhere/config.yaml")
    #expect(try load(file: "elsewhere/config.yaml").hash() == first.hash())
    #expect(try first.reduction.rank == nil && load().reduction.rank == 5)
  }

  @Test func otherTrainingIsRefused() {
    let messages = mistakes("training.time=flow", "training.mode=onePass", "training.sgdRate=0.1", "reduce.rank=200")
      .joined(separator: "\n")
    for word in ["takes single steps", "all entries at once", "use training.learningRate", "at most the size"] {
      #expect(messages.contains(word), "\(word)")
    }
    #expect(mistakes("reduce.target=absent.csv").count == 1)
  }
}
