import Reports

// Works on the transfer of learning rates; each is named by what leads to it.

extension Citation {
  static let rateTransfer = [
    Citation(
      .arXiv(
        "Yang2022", "2203.03466",
        "Yang, Greg and Hu, Edward J. and Babuschkin, Igor and Sidor, Szymon and Liu, Xiaodong and Farhi, David "
          + "and Ryder, Nick and Pachocki, Jakub and Chen, Weizhu and Gao, Jianfeng",
        "Tensor Programs {V}: Tuning Large Neural Networks via Zero-Shot Hyperparameter Transfer", "2022"),
      for: "the transfer of learning rates between sizes")
  ]

  static let minimisation = [
    Citation(
      Publication(
        .book, "Brent1973",
        [
          "author": "Brent, Richard P.", "title": "Algorithms for Minimization without Derivatives",
          "publisher": "Prentice-Hall", "year": "1973",
        ]),
      for: "the refinement of optimal learning rates")
  ]
}
