import CGSL

/// Standard normal numbers that fill space evenly: Sobol points (gsl_qrng_sobol), scrambled by Owen's rule with keys of a seed, and
/// independent numbers in dimensions beyond those.
public struct NormalPoints: Sendable {
  /// Number of points.
  public let count: Int
  private let seed: Int
  /// Bits of the points, dimension by dimension.
  private let bits: [[UInt32]]

  /// Dimensions of GSL's sequence.
  public static let sobolDimensions = 40

  /// - Parameters:
  ///   - count: of points; powers of two are the most even.
  ///   - seed: of the scrambling.
  public init(count: Int, seed: Int) {
    precondition(errorsAreReturned && count >= 1)
    self.count = count
    self.seed = seed
    let dimensions = Self.sobolDimensions
    var bits = [[UInt32]](repeating: Array(repeating: 0, count: count), count: dimensions)
    let generator = gsl_qrng_alloc(gslx_qrng_sobol(), UInt32(dimensions))
    defer { gsl_qrng_free(generator) }
    var point = [Double](repeating: 0, count: dimensions)
    // The first point of the sequence, the origin, is left out by GSL.
    for index in 1..<max(count, 1) {
      gsl_qrng_get(generator, &point)
      for dimension in 0..<dimensions { bits[dimension][index] = UInt32(point[dimension] * 0x1p32) }
    }
    self.bits = bits
  }

  /// The numbers of all points in one dimension.
  ///
  /// - Parameter dimension: from 0 on, without end.
  /// - Returns: `count` numbers.
  public func normals(_ dimension: Int) -> [Double] {
    var stream = RandomStream(seed: seed, replica: 0, purpose: .paths, substream: dimension)
    guard dimension < bits.count else { return stream.normals(count) }
    let key = UInt32(stream.index(below: 1 << 32))
    return bits[dimension].map { gsl_cdf_ugaussian_Pinv((Double(Self.scrambled($0, key)) + 0.5) * 0x1p-32) }
  }

  /// Owen's nested scrambling by a hash of all higher bits (Laine and Karras).
  private static func scrambled(_ bits: UInt32, _ key: UInt32) -> UInt32 {
    var x = reversed(bits)
    x &+= key
    for factor: UInt32 in [0x6c50_b47c, 0xb82f_1e52, 0xc7af_e638, 0x8d22_f6e6] { x ^= x &* factor }
    return reversed(x)
  }

  private static func reversed(_ bits: UInt32) -> UInt32 {
    var x = bits
    x = (x >> 1) & 0x5555_5555 | (x & 0x5555_5555) << 1
    x = (x >> 2) & 0x3333_3333 | (x & 0x3333_3333) << 2
    x = (x >> 4) & 0x0f0f_0f0f | (x & 0x0f0f_0f0f) << 4
    return x.byteSwapped
  }
}
