import Problems
import Reports

// Works on the networks, the optimiser and the data of a problem; each is named by what leads to it.

extension Citation {
  static let muP = [
    Citation(
      Publication(
        .inproceedings, "YangHu2021",
        [
          "author": "Yang, Greg and Hu, Edward J.",
          "title": "Tensor Programs {IV}: Feature Learning in Infinite-Width Neural Networks",
          "booktitle": "International Conference on Machine Learning (ICML)", "year": "2021",
          "eprint": "2011.14522", "archiveprefix": "arXiv", "url": "https://arxiv.org/abs/2011.14522",
        ]),
      for: "the parameterisation muP")
  ]

  static let ntk = [
    Citation(
      Publication(
        .inproceedings, "Jacot2018",
        [
          "author": "Jacot, Arthur and Gabriel, Franck and Hongler, Cl{\\'e}ment",
          "title": "Neural Tangent Kernel: Convergence and Generalization in Neural Networks",
          "booktitle": "Advances in Neural Information Processing Systems 31", "year": "2018",
          "eprint": "1806.07572", "archiveprefix": "arXiv", "url": "https://arxiv.org/abs/1806.07572",
        ]),
      for: "the parameterisation NTK")
  ]

  static let residual = [
    Citation(
      .arXiv(
        "Bordelon2023", "2309.16620",
        "Bordelon, Blake and Noci, Lorenzo and Li, Mufan (Bill) and Hanin, Boris and Pehlevan, Cengiz",
        "Depthwise Hyperparameter Transfer in Residual Networks: Dynamics and Scaling Limit", "2023"),
      for: "residual branches of scale 1/sqrt(L)"),
    Citation(
      .arXiv(
        "Yang2023", "2310.02244", "Yang, Greg and Yu, Dingli and Zhu, Chen and Hayou, Soufiane",
        "Tensor Programs {VI}: Feature Learning in Infinite-Depth Neural Networks", "2023"),
      for: "residual branches of scale 1/sqrt(L)"),
  ]

  static let momentum = [
    Citation(
      Publication(
        .article, "Polyak1964",
        [
          "author": "Polyak, Boris T.",
          "title": "Some methods of speeding up the convergence of iteration methods",
          "journal": "USSR Computational Mathematics and Mathematical Physics", "volume": "4", "number": "5",
          "pages": "1--17", "year": "1964", "doi": "10.1016/0041-5553(64)90137-5",
        ]),
      for: "momentum (the heavy ball)")
  ]

  static let nesterov = [
    Citation(
      Publication(
        .inproceedings, "Sutskever2013",
        [
          "author": "Sutskever, Ilya and Martens, James and Dahl, George and Hinton, Geoffrey",
          "title": "On the importance of initialization and momentum in deep learning",
          "booktitle": "Proceedings of the 30th International Conference on Machine Learning",
          "series": "Proceedings of Machine Learning Research", "volume": "28",
          "pages": "1139--1147", "year": "2013", "url": "https://proceedings.mlr.press/v28/sutskever13.html",
        ]),
      for: "Nesterov's momentum, as networks are trained with it")
  ]

  static let decoupledDecay = [
    Citation(
      Publication(
        .inproceedings, "LoshchilovHutter2019",
        [
          "author": "Loshchilov, Ilya and Hutter, Frank", "title": "Decoupled Weight Decay Regularization",
          "booktitle": "International Conference on Learning Representations (ICLR)", "year": "2019",
          "eprint": "1711.05101", "archiveprefix": "arXiv", "url": "https://arxiv.org/abs/1711.05101",
        ]),
      for: "decoupled weight decay")
  ]

  static let cosine = [
    Citation(
      Publication(
        .inproceedings, "LoshchilovHutter2017",
        [
          "author": "Loshchilov, Ilya and Hutter, Frank",
          "title": "{SGDR}: Stochastic Gradient Descent with Warm Restarts",
          "booktitle": "International Conference on Learning Representations (ICLR)", "year": "2017",
          "eprint": "1608.03983", "archiveprefix": "arXiv", "url": "https://arxiv.org/abs/1608.03983",
        ]),
      for: "the cosine schedule")
  ]

  static let digits = [
    Citation(
      Publication(
        .misc, "AlpaydinKaynak1998",
        [
          "author": "Alpaydin, E. and Kaynak, C.", "title": "Optical Recognition of Handwritten Digits",
          "howpublished": "UCI Machine Learning Repository", "year": "1998", "doi": "10.24432/C50P49",
        ]),
      for: "the data: handwritten digits")
  ]

  static let diabetes = [
    Citation(
      Publication(
        .article, "Efron2004",
        [
          "author": "Efron, Bradley and Hastie, Trevor and Johnstone, Iain and Tibshirani, Robert",
          "title": "Least Angle Regression", "journal": "The Annals of Statistics", "volume": "32", "number": "2",
          "pages": "407--499", "year": "2004", "doi": "10.1214/009053604000000067",
        ]),
      for: "the data: progression of diabetes (diabetes.csv)")
  ]
}

extension Citation {
  /// Works on the parts of a problem: parameterisation, residual branches, optimiser, schedule.
  static func of(_ problem: TrainingProblem) -> [Citation] {
    var works: [Citation] = []
    switch problem.parameterization.rule {
    case .muP: works += muP
    case .ntk: works += ntk
    case .standard: break
    }
    if problem.architecture.isResidual { works += residual }
    switch problem.optimizer.momentum {
    case .none: break
    case .heavyBall: works += momentum
    case .nesterov: works += momentum + nesterov
    }
    if problem.optimizer.weightDecay.isDecoupled { works += decoupledDecay }
    if case .warmup(_, .cosine, _) = problem.optimizer.schedule { works += cosine }
    return works
  }

  /// The known tables by the SHA-256 of their bytes; a test computes it from the files.
  static let tables: [String: [Citation]] = [
    "2e762afb0e0e7006d3f20409849c61fa71ba8947d3280c2985fb1f0d44ec1d8b": digits,
    "0db977f8a2cc9bfaf93b8e1198dffb62aa270c0451b9943578eca6766e14b84e": digits,
    "9193026b7622ff944f0a6855a10107b24caf50dad69787c46e6890e69c27faca": diabetes,
  ]
}
