import Reports

// Works on the growth of layers; each is named by what leads to it.

extension Citation {
  static let layerGrowth = [
    Citation(
      .arXiv(
        "Basu2019", "1904.10689", "Basu, Saurav and Mukherjee, Koyel and Vasudevan, Shrihari",
        "Layer Dynamics of Linearised Neural Nets", "2019"),
      for: "the questions asked of the layers: common growth, phases, what ReLU changes"),
    Citation(
      .arXiv(
        "Saxe2013", "1312.6120", "Saxe, Andrew M. and McClelland, James L. and Ganguli, Surya",
        "Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks", "2013"),
      for: "the growth of balanced layers, plateau and transition"),
  ]
}

extension Citation {
  static let heGain = Citation(
    .arXiv(
      "He2015", "1502.01852", "He, Kaiming and Zhang, Xiangyu and Ren, Shaoqing and Sun, Jian",
      "Delving Deep into Rectifiers: Surpassing Human-Level Performance on {ImageNet} Classification", "2015"),
    for: "the gain of the initial weights behind ReLU gates")
}

extension LayerDynamics {
  /// Works behind a run.
  var citations: [Citation] {
    let hasTheory = theory != nil
    return (hasTheory ? Citation.theory : []) + Citation.layerGrowth + (gain == .he ? [Citation.heGain] : [])
      + Citation.of(problem)
      + (hasTheory && problem.time.isFlow ? Citation.panels : []) + Citation.randomNumbers + Citation.scientificLibrary
  }
}
