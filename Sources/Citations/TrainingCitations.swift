/// Works on the optimiser and its schedule.
enum TrainingCitations {
  static let rows = [
    Citation.Row(
      .momentum,
      publication: Publication(
        .article, "Polyak1964",
        [
          "author": "Polyak, Boris T.",
          "title": "Some methods of speeding up the convergence of iteration methods",
          "journal": "USSR Computational Mathematics and Mathematical Physics", "volume": "4", "number": "5",
          "pages": "1--17", "year": "1964", "doi": "10.1016/0041-5553(64)90137-5",
        ]),
      reason: "momentum (the heavy ball)"),
    Citation.Row(
      .nesterov,
      publication: Publication(
        .inproceedings, "Sutskever2013",
        [
          "author": "Sutskever, Ilya and Martens, James and Dahl, George and Hinton, Geoffrey",
          "title": "On the importance of initialization and momentum in deep learning",
          "booktitle": "Proceedings of the 30th International Conference on Machine Learning",
          "series": "Proceedings of Machine Learning Research", "volume": "28",
          "pages": "1139--1147", "year": "2013", "url": "https://proceedings.mlr.press/v28/sutskever13.html",
        ]),
      reason: "Nesterov's momentum, as networks are trained with it"),
    Citation.Row(
      .decoupledDecay,
      publication: Publication(
        .inproceedings, "LoshchilovHutter2019",
        [
          "author": "Loshchilov, Ilya and Hutter, Frank", "title": "Decoupled Weight Decay Regularization",
          "booktitle": "International Conference on Learning Representations (ICLR)", "year": "2019",
          "eprint": "1711.05101", "archiveprefix": "arXiv", "url": "https://arxiv.org/abs/1711.05101",
        ]),
      reason: "decoupled weight decay"),
    Citation.Row(
      .cosine,
      publication: Publication(
        .inproceedings, "LoshchilovHutter2017",
        [
          "author": "Loshchilov, Ilya and Hutter, Frank",
          "title": "{SGDR}: Stochastic Gradient Descent with Warm Restarts",
          "booktitle": "International Conference on Learning Representations (ICLR)", "year": "2017",
          "eprint": "1608.03983", "archiveprefix": "arXiv", "url": "https://arxiv.org/abs/1608.03983",
        ]),
      reason: "the cosine schedule"),
  ]
}
