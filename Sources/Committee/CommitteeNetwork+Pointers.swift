import Calculus
import LinearAlgebra
import RealModule

/// A student of finite input dimension beside its teacher, trained sample by sample; equation (19.14).
struct CommitteeNetwork {
  private let problem: CommitteeProblem
  /// D.
  let dimension: Int
  /// Weights of student units, then of teacher units: (K + M) x D.
  private var weights: [Double]
  /// v.
  private(set) var readout: [Double]
  private var inputs: RandomStream
  private var noise: RandomStream

  /// Weights in random directions whose overlaps are those of the problem.
  ///
  /// - Parameters:
  ///   - problem: sound.
  ///   - dimension: D, at least K + M.
  ///   - seed: of all random numbers.
  ///   - replica: which network.
  /// - Throws: `LinearAlgebraFailure` when LAPACK does not converge.
  init(_ problem: CommitteeProblem, dimension: Int, seed: Int, replica: Int) throws(LinearAlgebraFailure) {
    self.problem = problem
    self.dimension = dimension
    readout = problem.studentReadout
    inputs = RandomStream(seed: seed, replica: replica, purpose: .inputs)
    noise = RandomStream(seed: seed, replica: replica, purpose: .noise)
    let count = problem.studentUnits + problem.teacherUnits
    var stream = RandomStream(seed: seed, replica: replica, purpose: .weights)
    let directions = try DenseMatrix(rows: dimension, columns: count, stream.normals(dimension * count))
      .orthonormalColumns()
    let eigen = try SymmetricEigenproblem(problem.overlaps.covariance, size: count)
    // C = V Λ Vᵀ, so rows of V √Λ have the scalar products C.
    let root = DenseMatrix(
      rows: count, columns: count,
      (0..<count * count).map { place in
        let (unit, mode) = (place / count, place % count)
        return eigen.eigenvectors[mode * count + unit] * max(0, eigen.eigenvalues[mode]).squareRoot()
      })
    weights =
      DenseMatrix.product(.plain(root), .transposed(directions), scale: Double(dimension).squareRoot()).storage
  }

  /// One step of SGD on fresh samples, equation (19.14).
  mutating func step() {
    let (units, batch) = (problem.studentUnits, problem.samplesPerStep)
    let samples = inputs.normals(batch * dimension)
    let errors = problem.noise > 0 ? noise.normals(batch, deviation: problem.noise) : Array(repeating: 0, count: batch)
    var factors = [Double](repeating: 0, count: batch * units)
    var pulls = [Double](repeating: 0, count: units)
    for sample in 0..<batch {
      let own = activated(samples, at: sample * dimension)
      var error = errors[sample]
      for unit in own.indices {
        error += (unit < units ? -readout[unit] : problem.teacherReadout[unit - units]) * own[unit].value
      }
      for unit in 0..<units {
        factors[sample * units + unit] = readout[unit] * error * own[unit].slope
        pulls[unit] += error * own[unit].value
      }
    }
    move(by: factors, samples)
    let (share, decay) = (problem.learningRate / Double(batch), problem.learningRate * problem.readoutDecay)
    for unit in 0..<units {
      readout[unit] += (share * problem.readoutRate * pulls[unit] - decay * readout[unit]) / Double(dimension)
    }
  }

  /// `g` and its slope at the fields of all units under one input.
  private func activated(_ samples: [Double], at offset: Int) -> [(value: Double, slope: Double)] {
    let root = Double(dimension).squareRoot()
    return samples.withUnsafeBufferPointer { samples in
      weights.withUnsafeBufferPointer { weights in
        guard let input = samples.baseAddress, let weights = weights.baseAddress else { return [] }
        return (0..<problem.studentUnits + problem.teacherUnits).map { unit in
          problem.activation.evaluated(Self.product(weights + unit * dimension, input + offset, dimension) / root)
        }
      }
    }
  }

  /// Adds inputs to the student's weights, of which the decay takes its part.
  private mutating func move(by factors: [Double], _ samples: [Double]) {
    let (units, batch, dimension) = (problem.studentUnits, problem.samplesPerStep, dimension)
    let scale = problem.learningRate / (Double(batch) * Double(dimension).squareRoot())
    let kept = 1 - problem.learningRate * problem.weightDecay / Double(dimension)
    samples.withUnsafeBufferPointer { samples in
      weights.withUnsafeMutableBufferPointer { weights in
        guard let samples = samples.baseAddress, let weights = weights.baseAddress else { return }
        for unit in 0..<units {
          for sample in 0..<batch {
            Self.add(
              scale * factors[sample * units + unit], samples + sample * dimension, to: weights + unit * dimension,
              kept: sample == 0 ? kept : 1, dimension)
          }
        }
      }
    }
  }

  /// Q and R as they are now.
  var overlaps: Overlaps {
    let (units, teachers) = (problem.studentUnits, problem.teacherUnits)
    let products = weights.withUnsafeBufferPointer { weights in
      (0..<units).map { row in
        (0..<units + teachers).map { column in
          guard let start = weights.baseAddress else { return 0.0 }
          return Self.product(start + row * dimension, start + column * dimension, dimension) / Double(dimension)
        }
      }
    }
    return Overlaps(
      student: products.map { Array($0.prefix(units)) }, mixed: products.map { Array($0.suffix(teachers)) },
      teacher: problem.overlaps.teacher)
  }

  private static func product(
    _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    let (left, right) = (UnsafeRawPointer(left), UnsafeRawPointer(right))
    var sums = SIMD8<Double>.zero
    var place = 0
    while place + 8 <= count {
      let offset = 8 * place
      sums +=
        left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        * right.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      place += 8
    }
    var sum = sums.sum()
    while place < count {
      sum +=
        left.load(fromByteOffset: 8 * place, as: Double.self) * right.load(fromByteOffset: 8 * place, as: Double.self)
      place += 1
    }
    return sum
  }

  private static func add(
    _ factor: Double, _ input: UnsafePointer<Double>, to weights: UnsafeMutablePointer<Double>, kept: Double,
    _ count: Int
  ) {
    for place in 0..<count { weights[place] = kept * weights[place] + factor * input[place] }
  }
}
