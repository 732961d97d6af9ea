/// Works on what is computed, and on the networks it is computed for.
enum TheoryCitations {
  static let rows = [
    Citation.Row(
      .theory,
      publication: .arXiv(
        "BordelonPehlevan2025", "2502.02531", "Bordelon, Blake and Pehlevan, Cengiz",
        "Deep Linear Network Training Dynamics from Random Initialization: Data, Width, Depth, and "
          + "Hyperparameter Transfer",
        "2025"),
      reason: "the equations that were solved"),
    Citation.Row(
      .smallNetwork,
      publication: .arXiv(
        "Yaras2023", "2306.01154",
        "Yaras, Can and Wang, Peng and Hu, Wei and Zhu, Zhihui and Balzano, Laura and Qu, Qing",
        "The Law of Parsimony in Gradient Descent for Learning Deep Linear Networks", "2023"),
      reason: "the law by which few directions move"),
    Citation.Row(
      .layerGrowth,
      publication: .arXiv(
        "Basu2019", "1904.10689", "Basu, Saurav and Mukherjee, Koyel and Vasudevan, Shrihari",
        "Layer Dynamics of Linearised Neural Nets", "2019"),
      reason: "the questions asked of the layers: common growth, phases, what ReLU changes"),
    Citation.Row(
      .layerGrowth,
      publication: .arXiv(
        "Saxe2013", "1312.6120", "Saxe, Andrew M. and McClelland, James L. and Ganguli, Surya",
        "Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks", "2013"),
      reason: "the growth of balanced layers, plateau and transition"),
    Citation.Row(
      .muP,
      publication: Publication(
        .inproceedings, "YangHu2021",
        [
          "author": "Yang, Greg and Hu, Edward J.",
          "title": "Tensor Programs {IV}: Feature Learning in Infinite-Width Neural Networks",
          "booktitle": "International Conference on Machine Learning (ICML)", "year": "2021",
          "eprint": "2011.14522", "archiveprefix": "arXiv", "url": "https://arxiv.org/abs/2011.14522",
        ]),
      reason: "the parameterisation muP"),
    Citation.Row(
      .rateTransfer,
      publication: .arXiv(
        "Yang2022", "2203.03466",
        "Yang, Greg and Hu, Edward J. and Babuschkin, Igor and Sidor, Szymon and Liu, Xiaodong and Farhi, David "
          + "and Ryder, Nick and Pachocki, Jakub and Chen, Weizhu and Gao, Jianfeng",
        "Tensor Programs {V}: Tuning Large Neural Networks via Zero-Shot Hyperparameter Transfer", "2022"),
      reason: "the transfer of learning rates between sizes"),
    Citation.Row(
      .ntk,
      publication: Publication(
        .inproceedings, "Jacot2018",
        [
          "author": "Jacot, Arthur and Gabriel, Franck and Hongler, Cl{\\'e}ment",
          "title": "Neural Tangent Kernel: Convergence and Generalization in Neural Networks",
          "booktitle": "Advances in Neural Information Processing Systems 31", "year": "2018",
          "eprint": "1806.07572", "archiveprefix": "arXiv", "url": "https://arxiv.org/abs/1806.07572",
        ]),
      reason: "the parameterisation NTK"),
    Citation.Row(
      .residual,
      publication: .arXiv(
        "Bordelon2023", "2309.16620",
        "Bordelon, Blake and Noci, Lorenzo and Li, Mufan (Bill) and Hanin, Boris and Pehlevan, Cengiz",
        "Depthwise Hyperparameter Transfer in Residual Networks: Dynamics and Scaling Limit", "2023"),
      reason: "residual branches of scale 1/sqrt(L)"),
    Citation.Row(
      .residual,
      publication: .arXiv(
        "Yang2023", "2310.02244", "Yang, Greg and Yu, Dingli and Zhu, Chen and Hayou, Soufiane",
        "Tensor Programs {VI}: Feature Learning in Infinite-Depth Neural Networks", "2023"),
      reason: "residual branches of scale 1/sqrt(L)"),
  ]
}
