/// What a run can be made of that somebody else found, wrote or measured.
public enum Ingredient: Hashable, Sendable, CaseIterable {
  /// The equations of the theory were solved.
  case theory
  /// The small network behind an orthogonally initialised one was computed.
  case smallNetwork
  /// The growth of the layers was followed.
  case layerGrowth
  /// Optimal learning rates were found and compared.
  case rateTransfer

  /// Networks in the maximal update parameterisation.
  case muP
  /// Networks in the neural-tangent parameterisation.
  case ntk
  /// Skip connections with branches of scale 1/sqrt(L).
  case residual

  /// Heavy-ball momentum.
  case momentum
  /// Nesterov's momentum.
  case nesterov
  /// Weight decay beside the gradient step.
  case decoupledDecay
  /// A rate that falls along a cosine.
  case cosine

  /// A spectrum with fewer masses in its place.
  case compressedSpectrum
  /// Rows of time solved together, by a fixed point.
  case panels
  /// Minima of a function of one number, refined.
  case minimisation
  /// Orthogonal matrices drawn at random.
  case orthogonalStart
  /// Random numbers.
  case randomNumbers
  /// Networks resampled for bands and p-values.
  case bootstrap
  /// Quadrature, differential equations, minima or straight lines by the GNU Scientific Library.
  case scientificLibrary

  /// The handwritten digits of `configs/data`.
  case digits
  /// The patients of `configs/data`.
  case diabetes
}
