import Calculus
import Problems
import LinearAlgebra
import Testing

@testable import Parsimony

@Suite("Starts and subspaces")
struct StartingWeightsTests {
  @Test("reflections: orthogonal, and thin products are those of the dense matrix", arguments: [1, 2, 7, 80])
  func orthogonal(size: Int) throws {
    let weights = StartingWeights(.orthogonal, size: size, scales: [0.5, 2], seed: 3)
    for layer in 0..<2 {
      let dense = try weights.dense(layer)
      let gram = DenseMatrix.product(.transposed(dense), .plain(dense))
      let square = weights.scales[layer] * weights.scales[layer]
      #expect(Examples.difference(gram, .identity(size, scale: square)) < 1e-13 * square)
      let thin = Examples.random(size, 3)
      for transposed in [false, true] {
        let expected = DenseMatrix.product(
          transposed ? .transposed(dense) : .plain(dense), .plain(thin), scale: 1 / weights.scales[layer])
        let found = try weights.direction(layer, thin, transposed: transposed)
        #expect(Examples.difference(found, expected) < 1e-13)
      }
    }
  }

  @Test("random orthogonal matrices favour no sign and no place")
  func uniform() throws {
    var sums = [Double](repeating: 0, count: 16)
    var squares = sums
    let draws = 2000
    for seed in 0..<draws {
      let dense = try StartingWeights(.orthogonal, size: 4, scales: [1], seed: seed).dense(0)
      for (index, entry) in dense.storage.enumerated() {
        sums[index] += entry / Double(draws)
        squares[index] += entry * entry / Double(draws)
      }
    }
    // Entries have mean 0 and variance 1/4; their squares a deviation of .25 at d = 4.
    #expect(sums.allSatisfy { abs($0) < 4 * 0.5 / 44.7 }, "\(sums)")
    #expect(squares.allSatisfy { abs($0 - 0.25) < 4 * 0.25 / 44.7 }, "\(squares)")
  }

  @Test(
    "the rank of a target is found, below, across and beyond the width of the probes", arguments: [1, 5, 16, 40, 90])
  func rank(rank: Int) throws {
    let target = ReductionProblem.randomTarget(size: 120, rank: rank, seed: 2)
    let found = try LeadingDirections.all(of: target, seed: 1)
    #expect(found.values.count == rank)
    let exact = try SingularValues(target, vectors: false).values
    #expect(zip(found.values, exact).allSatisfy { abs($0 - $1) < 1e-12 })
    var rest = target
    let scaled = found.right.scalingRows(by: found.values)
    rest.setProduct(-1, .plain(found.left), .plain(scaled), own: 1)
    #expect(rest.squaredNorm.squareRoot() < 1e-12)
  }

  @Test("leading directions of a matrix of full rank")
  func leading() throws {
    let matrix = Examples.random(90, 90)
    let found = try LeadingDirections.first(3, of: matrix, seed: 1)
    let exact = try SingularValues(matrix, vectors: true)
    for index in 0..<3 {
      #expect(abs(found.values[index] - exact.values[index]) < 1e-10 * exact.values[0])
      let a = found.right.selecting([index])
      let b = try #require(exact.right).selecting([index])
      #expect(abs(abs(a.dot(b)) - 1) < 1e-6)
    }
  }

  @Test("active subspaces: orthonormal, invariant under the first gradient")
  func subspaces() throws {
    let problem = Examples.problem(size: 50, rank: 4, scales: [0.3, 0.8, 0.5])
    let weights = StartingWeights(.orthogonal, size: 50, scales: problem.scales, seed: 1)
    let subspace = try ActiveSubspace(problem, weights)
    #expect(subspace.width == 8 && subspace.bases.count == 4)
    for basis in subspace.bases {
      let gram = DenseMatrix.product(.transposed(basis), .plain(basis))
      #expect(Examples.difference(gram, .identity(8)) < 1e-13)
    }
    // Probes off the inputs' subspace are not seen by the target, nor reached by it backwards.
    var probe = Examples.random(50, 2)
    let basis = subspace.bases[0]
    probe.setProduct(-1, .plain(basis), .plain(.product(.transposed(basis), .plain(probe))), own: 1)
    #expect(DenseMatrix.product(.plain(problem.target), .plain(probe)).squaredNorm < 1e-24)
    var image = probe
    for layer in 0..<3 { image = try weights.direction(layer, image) }
    #expect(DenseMatrix.product(.transposed(problem.target), .plain(image)).squaredNorm < 1e-24)
  }

  @Test("sines resolve angles of 1e-10 and count only directions that moved")
  func angles() throws {
    let frame = try Examples.random(20, 20).orthonormalColumns()
    let predicted = frame.firstColumns(2)
    let tilt = 1e-10
    let tilted = frame.firstColumns(3).storage
    // One direction of the frame's first column, turned by 1e-10 towards its third.
    let right = DenseMatrix(rows: 20, columns: 1, (0..<20).map { tilted[$0 * 3] + tilt * tilted[$0 * 3 + 2] })
    let start = DenseMatrix.identity(20)
    var trained = start
    trained.combine(own: 0.5, weight: 0, other: nil)
    trained.setProduct(1, .plain(Examples.random(20, 1)), .transposed(right), own: 1)
    let angles = try SubspaceAngles(trained: trained, start: start, predicted: predicted, seed: 1)
    // The shrunk identity itself leaves its traces within the predicted directions: both are used.
    #expect(angles.sines.count <= 2 && angles.sines[0] < 1e-8)
    let off = DenseMatrix(rows: 20, columns: 1, (0..<20).map { tilted[$0 * 3 + 2] })
    var astray = start
    astray.setProduct(5, .plain(off), .transposed(off), own: 1)
    #expect(try SubspaceAngles(trained: astray, start: start, predicted: predicted, seed: 1).sines[0] > 0.99)
  }
}
