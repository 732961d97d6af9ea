import RealModule

/// The scale on which the spectrum is cut and Gauss rules are made, equation (7.7): roughly the logarithm of the time a mode takes, with both ends that
/// a run can't tell apart from zero drawn together.
///
/// What training does to a mode changes by leaps near λ = 0 (slow modes) and, at the edge of stability, near the largest eigenvalue
/// (modes that alternate); on this scale it is equally smooth everywhere, so that few nodes serve.
struct RelaxationScale: Sendable {
  /// The largest eigenvalue.
  let top: Double
  /// The share of the largest eigenvalue below which a mode has hardly begun at the end.
  let offset: Double
  /// Whether modes near the largest eigenvalue may alternate.
  let alternates: Bool

  /// Place of an eigenvalue, 0 for 0, equation (7.7).
  func place(_ eigenvalue: Double) -> Double {
    let x = eigenvalue / top
    guard alternates else { return .log(onePlus: x / offset) }
    return .log(onePlus: x * (1 + 2 * offset) / (offset * (1 + offset - x)))
  }

  /// The eigenvalue at a place; exact to rounding however small it is.
  func eigenvalue(_ place: Double) -> Double {
    let grown = Double.expMinusOne(place) * offset
    return top * (alternates ? grown * (1 + offset) / (1 + 2 * offset + grown) : grown)
  }
}
