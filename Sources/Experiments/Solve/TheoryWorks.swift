import MeanField
import Problems
import Reports

// Works on the theory and on how it is solved; each is named by what leads to it.

extension Citation {
  static let theory = [
    Citation(
      .arXiv(
        "BordelonPehlevan2025", "2502.02531", "Bordelon, Blake and Pehlevan, Cengiz",
        "Deep Linear Network Training Dynamics from Random Initialization: Data, Width, Depth, and "
          + "Hyperparameter Transfer",
        "2025"),
      for: "the equations that were solved")
  ]

  static let compressedSpectrum = [
    Citation(
      Publication(
        .article, "GolubWelsch1969",
        [
          "author": "Golub, Gene H. and Welsch, John H.", "title": "Calculation of {Gauss} quadrature rules",
          "journal": "Mathematics of Computation", "volume": "23", "number": "106", "pages": "221--230",
          "year": "1969", "doi": "10.1090/S0025-5718-69-99647-1",
        ]),
      for: "the Gauss rules that stand for the spectrum of the data")
  ]

  static let panels = [
    Citation(
      Publication(
        .article, "Anderson1965",
        [
          "author": "Anderson, Donald G.", "title": "Iterative Procedures for Nonlinear Integral Equations",
          "journal": "Journal of the ACM", "volume": "12", "number": "4", "pages": "547--560", "year": "1965",
          "doi": "10.1145/321296.321305",
        ]),
      for: "the fixed point of each panel of time")
  ]

  static let scientificLibrary = [
    Citation(
      Publication(
        .book, "GSL",
        [
          "author": "Galassi, M. and others", "title": "{GNU} Scientific Library Reference Manual",
          "edition": "3rd", "publisher": "Network Theory Ltd", "year": "2009", "isbn": "0954612078",
          "url": "https://www.gnu.org/software/gsl/",
        ]),
      for: "quadrature, differential equations, minima and straight lines")
  ]
}

extension Prediction {
  /// Works behind a solve.
  var citations: [Citation] { Citation.solving(problem, isCompressed: compression.isCompressed) }
}

extension Citation {
  /// Works behind the theory of a problem, whose spectrum may be known to have been compressed.
  static func solving(_ problem: TrainingProblem, isCompressed: Bool) -> [Citation] {
    var works = theory + of(problem)
    if isCompressed { works += compressedSpectrum }
    var isOnPanels = true
    if case .discrete = problem.time.kind { isOnPanels = false }
    if isOnPanels { works += panels }
    if isOnPanels || problem.architecture.depth == .infinite || problem.data.hasTail { works += scientificLibrary }
    return works
  }
}

extension DataModel {
  /// Whether modes are too many to be summed one by one; see `ModeIndices` of MeanField.
  fileprivate var hasTail: Bool {
    if case .powerLaw = spectrum { inputDimension > 8192 } else { false }
  }
}
