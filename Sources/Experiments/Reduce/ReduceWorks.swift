import Reports

// Works on the law of parsimony; each is named by what leads to it.

extension Citation {
  static let smallNetwork = [
    Citation(
      .arXiv(
        "Yaras2023", "2306.01154",
        "Yaras, Can and Wang, Peng and Hu, Wei and Zhu, Zhihui and Balzano, Laura and Qu, Qing",
        "The Law of Parsimony in Gradient Descent for Learning Deep Linear Networks", "2023"),
      for: "the law by which few directions move")
  ]

  static let orthogonalStart = [
    Citation(
      Publication(
        .article, "Stewart1980",
        [
          "author": "Stewart, G. W.",
          "title":
            "The Efficient Generation of Random Orthogonal Matrices with an Application to Condition Estimators",
          "journal": "SIAM Journal on Numerical Analysis", "volume": "17", "number": "3", "pages": "403--409",
          "year": "1980", "doi": "10.1137/0717034",
        ]),
      for: "the orthogonal weights of the start")
  ]
}

extension ReducedNetwork {
  /// Works behind a reduction.
  var citations: [Citation] {
    Citation.smallNetwork + (setting.start == .orthogonal ? Citation.orthogonalStart : []) + Citation.randomNumbers
  }
}
