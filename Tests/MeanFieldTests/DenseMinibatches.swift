import Problems

/// Masks of minibatches and what they make of a sample, written as whole matrices: section 15 by its closed forms, not row by row.
struct DenseMinibatches {
  let shuffle: Minibatches.Shuffle
  let size: Int
  /// Batch of each step within its epoch, and its epoch.
  let slot: [Int]
  let epoch: [Int]
  /// p(t).
  let share: [Double]

  /// - Parameters:
  ///   - rule: how batches are drawn.
  ///   - share: B/P.
  ///   - size: number of rows.
  init(_ rule: Minibatches, share: Double, size: Int) {
    var shares = [share]
    if rule.shuffle == .epochs || rule.shuffle == .fixed {
      var left = 1.0
      shares = []
      while left > 1e-9 {
        if left < share - 1e-9, rule.dropsLast { break }
        shares.append(min(share, left))
        left -= share
      }
    }
    shuffle = rule.shuffle
    self.size = size
    slot = (0..<size).map { $0 % shares.count }
    epoch = (0..<size).map { $0 / shares.count }
    self.share = slot.map { shares[$0] }
  }

  private func matrix(_ entry: (Int, Int) -> Double) -> DenseMatrix { DenseMatrix(size: size, entry) }

  /// `Q`, on its diagonal `<m²>`.
  var products: DenseMatrix {
    matrix { t, s in
      if t == s { return shuffle == .replacement ? 1 + 1 / share[t] : 1 / share[t] }
      return switch shuffle {
      case .independent, .replacement: 1
      case .epochs: epoch[t] == epoch[s] ? 0 : 1
      case .fixed: slot[t] == slot[s] ? 1 / share[t] : 0
      }
    }
  }

  /// R, `C_y` and `C_Δ`.
  ///
  /// - Parameters:
  ///   - memory: K.
  ///   - shift: C'.
  /// - Returns: matrices over times.
  func sample(_ memory: DenseMatrix, _ shift: DenseMatrix) -> (
    response: DenseMatrix, masked: DenseMatrix, residuals: DenseMatrix
  ) {
    let one = DenseMatrix.identity(size)
    let response = (one - memory.entrywise(products)).inverse
    let direct = response.congruence(shift)
    var masked = direct
    if shuffle == .fixed {
      masked = matrix { t, s in slot[t] == slot[s] ? direct[t, s] / share[t] : 0 }
    } else {
      // N follows from the rows before it: as many rounds as rows settle it.
      var noise = 0 * one
      for _ in 0...size {
        let unused = direct + (response - one).congruence(noise)
        let all = residuals(memory, shift, response, response.congruence(shift + noise))
        noise = matrix { t, s in
          switch shuffle {
          case .epochs: epoch[t] == epoch[s] ? ((t == s ? 1 / share[t] : 0) - 1) * unused[t, s] : 0
          case .replacement: t == s ? all[t, t] / share[t] : 0
          default: t == s ? (1 / share[t] - 1) * all[t, t] : 0
          }
        }
      }
      masked = response.congruence(shift + noise)
    }
    return (response, masked, residuals(memory, shift, response, masked))
  }

  private func residuals(
    _ memory: DenseMatrix, _ shift: DenseMatrix, _ response: DenseMatrix, _ masked: DenseMatrix
  ) -> DenseMatrix {
    let mixed = memory * response * shift
    return shift + mixed + mixed.transposed + memory.congruence(masked)
  }
}
