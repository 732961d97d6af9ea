import COpenBLAS

/// Passes over all entries.
extension DenseMatrix {
  /// A step of an optimiser that is linear in weight, buffer and gradient.
  public struct LinearStep: Hashable, Sendable {
    /// Share of the buffer that stays in it.
    public let kept: Double
    /// Share of the weight that goes into the buffer.
    public let decay: Double
    /// Shares of the weight, the new buffer and the gradient in the new weight.
    public let own: Double, ofBuffer: Double, ofGradient: Double

    /// - Parameters:
    ///   - kept: share of the buffer that stays in it.
    ///   - decay: share of the weight that is added to the gradient.
    ///   - own: share of the weight in the new weight.
    ///   - ofBuffer: share of the new buffer in it.
    ///   - ofGradient: share of the gradient in it.
    public init(kept: Double, decay: Double, own: Double, ofBuffer: Double, ofGradient: Double) {
      self.kept = kept
      self.decay = decay
      self.own = own
      self.ofBuffer = ofBuffer
      self.ofGradient = ofGradient
    }

    /// A step of heavy ball's or Nesterov's momentum.
    ///
    /// - Parameters:
    ///   - momentum: share of the buffer that stays in it.
    ///   - looksAhead: whether the gradient counts once more beside the buffer.
    ///   - decay: share of the weight that is added to the gradient.
    ///   - left: share of the weight that decay leaves without the gradient.
    ///   - rate: of the step.
    public init(momentum: Double, looksAhead: Bool, decay: Double, left: Double, rate: Double) {
      self.init(
        kept: momentum, decay: decay, own: looksAhead ? left - rate * decay : left,
        ofBuffer: looksAhead ? rate * momentum : rate, ofGradient: looksAhead ? rate : 0)
    }
  }

  /// `M <- kept M - decay W - G`, `W <- own W + ofBuffer M - ofGradient G`, in one pass.
  ///
  /// - Parameters:
  ///   - buffer: M, of the same shape; empty where nothing is carried along (kept is 0).
  ///   - gradient: G, of the same shape, uphill.
  ///   - step: the coefficients.
  public mutating func advance(buffer: inout DenseMatrix, gradient: DenseMatrix, _ step: LinearStep) {
    precondition(gradient.storage.count == storage.count)
    let (kept, decay, own) = (step.kept, step.decay, step.own)
    let (ofBuffer, ofGradient) = (step.ofBuffer, step.ofGradient)
    let count = storage.count
    let carries = !buffer.storage.isEmpty
    precondition(!carries || buffer.storage.count == count)
    withMutableStorage { weight in
      gradient.storage.withUnsafeBufferPointer { gradient in
        if !carries {
          let (w, g) = (own - ofBuffer * decay, ofBuffer + ofGradient)
          for index in 0..<count { weight[index] = w * weight[index] - g * gradient[index] }
          return
        }
        buffer.withMutableStorage { buffer in
          for index in 0..<count {
            let (w, g) = (weight[index], gradient[index])
            let m = kept * buffer[index] - decay * w - g
            buffer[index] = m
            weight[index] = own * w + ofBuffer * m - ofGradient * g
          }
        }
      }
    }
  }

  /// `C <- A - B`, with zeros where a mask is zero.
  ///
  /// - Parameters:
  ///   - left: A.
  ///   - right: B, of the same shape.
  ///   - mask: ones and zeros; nil keeps all.
  public mutating func setDifference(_ left: DenseMatrix, _ right: DenseMatrix, mask: DenseMatrix? = nil) {
    let count = storage.count
    precondition(left.storage.count == count && right.storage.count == count)
    withMutableStorage { result in
      left.storage.withUnsafeBufferPointer { left in
        right.storage.withUnsafeBufferPointer { right in
          guard let mask else {
            for index in 0..<count { result[index] = left[index] - right[index] }
            return
          }
          mask.storage.withUnsafeBufferPointer { mask in
            for index in 0..<count { result[index] = mask[index] * (left[index] - right[index]) }
          }
        }
      }
    }
  }

  /// Each row times a factor of its own.
  ///
  /// - Parameter factors: one a row.
  /// - Returns: a matrix of the same shape.
  public func scalingRows(by factors: [Double]) -> DenseMatrix {
    precondition(factors.count == rows)
    var result = self
    let columns = columns
    result.withMutableStorage { entries in
      for (row, factor) in factors.enumerated() {
        for index in row * columns..<(row + 1) * columns { entries[index] *= factor }
      }
    }
    return result
  }

  /// Each column times a factor of its own.
  ///
  /// - Parameter factors: one a column.
  public mutating func scaleColumns(by factors: [Double]) {
    precondition(factors.count == columns)
    let (rows, columns) = (rows, columns)
    withMutableStorage { entries in
      factors.withUnsafeBufferPointer { factors in
        for row in 0..<rows {
          for column in 0..<columns { entries[row * columns + column] *= factors[column] }
        }
      }
    }
  }

  /// A function of each entry of another matrix.
  ///
  /// - Parameters:
  ///   - other: of the same shape.
  ///   - function: of one entry.
  public mutating func setMap(of other: DenseMatrix, _ function: (Double) -> Double) {
    precondition(other.rows == rows && other.columns == columns)
    withMutableStorage { entries in
      other.storage.withUnsafeBufferPointer { other in
        for index in entries.indices { entries[index] = function(other[index]) }
      }
    }
  }

  /// Each entry times that of another matrix, `A ∘ B`.
  ///
  /// - Parameter other: B, of the same shape.
  public mutating func multiplyEntries(by other: DenseMatrix) {
    precondition(other.rows == rows && other.columns == columns)
    withMutableStorage { entries in
      other.storage.withUnsafeBufferPointer { other in
        for index in entries.indices { entries[index] *= other[index] }
      }
    }
  }

  /// `Σ A_ij B_ij`.
  ///
  /// - Parameter other: B, of the same shape.
  /// - Returns: the inner product.
  public func dot(_ other: DenseMatrix) -> Double {
    precondition(other.storage.count == storage.count)
    return storage.withUnsafeBufferPointer { a in
      other.storage.withUnsafeBufferPointer { b in
        var sum = 0.0
        for start in stride(from: 0, to: a.count, by: 1 << 20) {
          let count = Int32(min(1 << 20, a.count - start))
          sum += cblas_ddot(count, a.baseAddress.map { $0 + start }, 1, b.baseAddress.map { $0 + start }, 1)
        }
        return sum
      }
    }
  }

  /// Adds a smaller matrix to the first rows and columns.
  ///
  /// - Parameters:
  ///   - other: no more rows or columns than these.
  ///   - scale: factor.
  public mutating func addCorner(_ other: DenseMatrix, scale: Double) {
    precondition(other.rows <= rows && other.columns <= columns)
    let columns = columns
    withMutableStorage { entries in
      other.storage.withUnsafeBufferPointer { corner in
        for row in 0..<other.rows {
          for column in 0..<other.columns {
            entries[row * columns + column] += scale * corner[row * other.columns + column]
          }
        }
      }
    }
  }
}
