import Calculus
import RealModule
import Testing

@testable import MeanField

/// Probabilities that all components of a Gaussian vector are positive, beside what is known in closed form and beside counting.
@Suite("Orthant probabilities")
struct OrthantProbabilityTests {
  /// The mean over many rows, each with points of its own, and its standard error as the two halves say.
  private func probability(
    _ mean: [Double], _ covariance: [[Double]], rows: Int = 200
  ) -> (value: Double, error: Double) {
    // The margins of an output that is zero above others of the opposite sign.
    var orthant = OrthantProbability(outputs: mean.count + 1)
    let lattice = ShiftedLattice(rows: 1797, dimension: max(0, mean.count - 1))
    let outputs = mean.map { -$0 } + [0]
    let triangle = mean.indices.flatMap { row in covariance[row][...row] } + Array(repeating: 0, count: mean.count + 1)
    var (sum, squares) = (0.0, 0.0)
    for row in 0..<rows {
      let (one, other) = orthant.estimates(
        largest: mean.count, outputs, Array(repeating: 0, count: mean.count + 1), triangle, lattice.of(row: row))
      sum += 0.5 * (one + other)
      squares += 0.25 * (one - other) * (one - other)
    }
    return (sum / Double(rows), squares.squareRoot() / Double(rows))
  }

  private func equicorrelated(_ count: Int, _ correlation: Double) -> [[Double]] {
    (0..<count).map { row in (0..<count).map { $0 == row ? 1 : correlation } }
  }

  @Test("the distribution function is half a complementary error function to 3e-10")
  func distribution() {
    var worst = 0.0
    for index in -2100...2100 {
      let place = Double(index) * 0.004_1
      let exact = 0.5 * Double.erfc(-place * 0.5.squareRoot())
      worst = max(worst, abs(OrthantProbability.normal(place) - exact))
    }
    #expect(worst <= 3e-10 && OrthantProbability.normal(.nan).isNaN, "\(worst)")
    #expect(OrthantProbability.normal(.infinity) == 1 && OrthantProbability.normal(-.infinity) == 0)
  }

  @Test(
    "the quantile inverts the distribution function", arguments: [1e-12, 1e-5, 0.02, 0.3, 0.5, 0.77, 0.99, 1 - 1e-9])
  func quantile(_ share: Double) {
    let found = OrthantProbability.normal(OrthantProbability.quantile(share))
    #expect(abs(found - share) <= 2e-8 * min(share, 1 - share) + 3e-10)
  }

  @Test("nine equal scores that share one: one in ten; two: an arc sine; three: a third of it")
  func closedForms() {
    let ten = probability(Array(repeating: 0, count: 9), equicorrelated(9, 0.5))
    #expect(abs(ten.value - 0.1) <= 4 * ten.error + 1e-9 && ten.error < 2e-3, "\(ten)")
    let two = probability([0, 0], equicorrelated(2, 0.6))
    #expect(abs(two.value - 0.352_416_382_349_566_7) <= 4 * two.error + 1e-9 && two.error < 1e-3, "\(two)")
    let three = probability([0, 0, 0], equicorrelated(3, -0.3))
    #expect(abs(three.value - 0.052_259_986_984_491_3) <= 4 * three.error + 1e-9 && three.error < 1e-3, "\(three)")
  }

  @Test("independent components multiply, without error")
  func independent() {
    let mean = [0.3, -0.4, 1.1, 2.2, 7]
    let found = probability(mean, equicorrelated(5, 0), rows: 3)
    let product = mean[..<4].map(OrthantProbability.normal).reduce(1, *)
    #expect(abs(found.value - product) <= 1e-9 && found.error < 1e-12)
  }

  @Test("components that others determine, and those without variance")
  func singular() {
    // z, z and -z + 1 with z = 0.2 + a normal number: between 0 and 1.
    let found = probability([0.2, 0.2, 0.8], [[1, 1, -1], [1, 1, -1], [-1, -1, 1]], rows: 4000)
    let exact = OrthantProbability.normal(0.8) - OrthantProbability.normal(-0.2)
    #expect(abs(found.value - exact) <= 4 * found.error && found.error < 2e-3, "\(found) \(exact)")
    #expect(abs(probability([1, 0.5], [[0, 0], [0, 1]]).value - OrthantProbability.normal(0.5)) <= 1e-12)
    #expect(probability([0, 0.5], [[0, 0], [0, 1]]).value == 0)
  }

  @Test("correlated components are counted alike")
  func counted() {
    let root = [[1.0, 0, 0, 0], [0.5, 0.8, 0, 0], [-0.3, 0.4, 0.6, 0], [0.2, -0.5, 0.1, 0.9]]
    let mean = [0.4, 0.9, 0.2, -0.1]
    let covariance = root.map { row in root.map { other in zip(row, other).reduce(0) { $0 + $1.0 * $1.1 } } }
    var stream = RandomStream(seed: 3, replica: 0, purpose: .probes)
    let draws = 200_000
    let numbers = stream.normals(4 * draws)
    let hits = (0..<draws).count { draw in
      mean.indices.allSatisfy { row in
        mean[row] + (0...row).reduce(0) { $0 + root[row][$1] * numbers[4 * draw + $1] } > 0
      }
    }
    let share = Double(hits) / Double(draws)
    let error = (share * (1 - share) / Double(draws)).squareRoot()
    let found = probability(mean, covariance)
    #expect(
      abs(found.value - share) <= 4 * (error * error + found.error * found.error).squareRoot(), "\(found) \(share)")
    #expect(found.error < 5e-4)
  }
}
