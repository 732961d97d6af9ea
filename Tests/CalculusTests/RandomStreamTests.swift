import Foundation
import Testing

@testable import Calculus

@Suite("Philox")
struct PhiloxTests {
  /// Known answers of philox4x64 with ten rounds, published with Random123 (tests/kat_vectors): zeros, ones, and digits
  /// of pi under a key of further digits.
  @Test("known answers of its authors")
  func knownAnswers() {
    let ones = UInt64.max
    #expect(
      Philox.block((0, 0, 0, 0), key: (0, 0))
        == (0x1655_4d9e_ca36_314c, 0xdb20_fe9d_672d_0fdc, 0xd7e7_72ce_e186_176b, 0x7e68_b68a_ec7b_a23b))
    #expect(
      Philox.block((ones, ones, ones, ones), key: (ones, ones))
        == (0x87b0_92c3_013f_e90b, 0x438c_3c67_be8d_0224, 0x9cc7_d7c6_9cd7_77b6, 0xa09c_aebf_594f_0ba0))
    #expect(
      Philox.block(
        (0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89),
        key: (0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c))
        == (0xa528_f454_03e6_1d95, 0x38c7_2dbd_566e_9788, 0xa5a1_610e_72fd_18b5, 0x57bd_43b5_e52b_7fe6))
  }
}

@Suite("Random streams")
struct RandomStreamTests {
  private func stream(_ replica: Int = 0, _ purpose: RandomStream.Purpose = .inputs, _ substream: Int = 0)
    -> RandomStream
  {
    RandomStream(seed: 42, replica: replica, purpose: purpose, substream: substream)
  }

  /// Equation (8.6) written out once more: block 0 of the stream gives the first four numbers.
  @Test("normal numbers are Box and Muller on the words that the layout names")
  func layout() {
    let words = Philox.block((0, 7, 2, 0), key: (42, 3))
    func unit(_ word: UInt64) -> Double { (Double(word / 2048) + 0.5) / 9_007_199_254_740_992 }
    let radius = (-2 * log(unit(words.0))).squareRoot()
    let second = (-2 * log(unit(words.2))).squareRoot()
    var numbers = stream(3, .inputs, 7)
    let expected = [
      radius * cos(2 * .pi * unit(words.1)), radius * sin(2 * .pi * unit(words.1)),
      second * cos(2 * .pi * unit(words.3)), second * sin(2 * .pi * unit(words.3)),
    ]
    for (number, wanted) in zip(numbers.normals(4), expected) { #expect(abs(number - wanted) < 1e-15) }
  }

  @Test("moments and tails of normal numbers")
  func moments() {
    var numbers = stream()
    let list = numbers.normals(400_001, deviation: 2)
    let count = Double(list.count)
    func moment(_ power: Int) -> Double { list.reduce(0) { $0 + pow($1 / 2, Double(power)) } / count }
    #expect(abs(moment(1)) < 4 / count.squareRoot())
    #expect(abs(moment(2) - 1) < 4 * (2 / count).squareRoot())
    #expect(abs(moment(3)) < 4 * (15 / count).squareRoot())
    #expect(abs(moment(4) - 3) < 4 * (96 / count).squareRoot())
    let beyond = Double(list.count { abs($0) > 6 }) / count
    #expect(abs(beyond - 0.0027) < 4 * (0.0027 / count).squareRoot())
    // Adjacent numbers come from one pair, then from one block: they must be independent.
    let products = (0..<list.count - 1).reduce(0) { $0 + list[$1] * list[$1 + 1] / 4 } / count
    #expect(abs(products) < 4 / count.squareRoot())
  }

  @Test("seed, replica, purpose and substream each give another stream")
  func distinct() {
    var starts: Set<Double> = []
    for replica in 0..<3 {
      for purpose in [RandomStream.Purpose.weights, .inputs, .noise] {
        for substream in 0..<3 {
          var one = stream(replica, purpose, substream)
          starts.insert(one.normals(1)[0])
        }
      }
    }
    var other = RandomStream(seed: 43, replica: 0, purpose: .inputs)
    starts.insert(other.normals(1)[0])
    #expect(starts.count == 28)
  }

  @Test("whole numbers below a bound are all alike, signs half and half")
  func uniform() {
    var numbers = stream()
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[numbers.index(below: 7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 400 })
    let sum = numbers.signs(40_000).reduce(0, +)
    #expect(abs(sum) < 800)
  }

  @Test("drawing without replacement splits a range, each number as often as any other")
  func draw() {
    var numbers = stream()
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<10_000 {
      let (drawn, left) = numbers.draw(3, of: 10)
      #expect(Set(drawn).count == 3 && left == left.sorted() && Set(drawn + left) == Set(0..<10))
      for number in drawn { counts[number] += 1 }
    }
    #expect(counts.allSatisfy { abs($0 - 3000) < 200 })
  }
}
