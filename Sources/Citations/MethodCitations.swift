/// Works on how it was computed.
enum MethodCitations {
  static let rows = [
    Citation.Row(
      .compressedSpectrum,
      publication: Publication(
        .article, "GolubWelsch1969",
        [
          "author": "Golub, Gene H. and Welsch, John H.", "title": "Calculation of {Gauss} quadrature rules",
          "journal": "Mathematics of Computation", "volume": "23", "number": "106", "pages": "221--230",
          "year": "1969", "doi": "10.1090/S0025-5718-69-99647-1",
        ]),
      reason: "the Gauss rules that stand for the spectrum of the data"),
    Citation.Row(
      .panels,
      publication: Publication(
        .article, "Anderson1965",
        [
          "author": "Anderson, Donald G.", "title": "Iterative Procedures for Nonlinear Integral Equations",
          "journal": "Journal of the ACM", "volume": "12", "number": "4", "pages": "547--560", "year": "1965",
          "doi": "10.1145/321296.321305",
        ]),
      reason: "the fixed point of each panel of time"),
    Citation.Row(
      .minimisation,
      publication: Publication(
        .book, "Brent1973",
        [
          "author": "Brent, Richard P.", "title": "Algorithms for Minimization without Derivatives",
          "publisher": "Prentice-Hall", "year": "1973",
        ]),
      reason: "the refinement of optimal learning rates"),
    Citation.Row(
      .orthogonalStart,
      publication: Publication(
        .article, "Stewart1980",
        [
          "author": "Stewart, G. W.",
          "title":
            "The Efficient Generation of Random Orthogonal Matrices with an Application to Condition Estimators",
          "journal": "SIAM Journal on Numerical Analysis", "volume": "17", "number": "3", "pages": "403--409",
          "year": "1980", "doi": "10.1137/0717034",
        ]),
      reason: "the orthogonal weights of the start"),
    Citation.Row(
      .randomNumbers,
      publication: Publication(
        .inproceedings, "Salmon2011",
        [
          "author": "Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.",
          "title": "Parallel random numbers: as easy as 1, 2, 3",
          "booktitle":
            "Proceedings of 2011 International Conference for High Performance Computing, Networking, Storage "
            + "and Analysis",
          "pages": "1--12", "year": "2011", "doi": "10.1145/2063384.2063405",
        ]),
      reason: "the random numbers (Philox)"),
    Citation.Row(
      .bootstrap,
      publication: Publication(
        .article, "Efron1979",
        [
          "author": "Efron, Bradley", "title": "Bootstrap Methods: Another Look at the Jackknife",
          "journal": "The Annals of Statistics", "volume": "7", "number": "1", "pages": "1--26", "year": "1979",
          "doi": "10.1214/aos/1176344552",
        ]),
      reason: "the bands and p-values of the comparison"),
    Citation.Row(
      .scientificLibrary,
      publication: Publication(
        .book, "GSL",
        [
          "author": "Galassi, M. and others", "title": "{GNU} Scientific Library Reference Manual",
          "edition": "3rd", "publisher": "Network Theory Ltd", "year": "2009", "isbn": "0954612078",
          "url": "https://www.gnu.org/software/gsl/",
        ]),
      reason: "quadrature, differential equations, minima and straight lines"),
  ]
}
