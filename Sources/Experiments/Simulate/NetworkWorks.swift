import Reports

// Works on trained networks and their comparison; each is named by what leads to it.

extension Citation {
  static let randomNumbers = [
    Citation(
      Publication(
        .inproceedings, "Salmon2011",
        [
          "author": "Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.",
          "title": "Parallel random numbers: as easy as 1, 2, 3",
          "booktitle":
            "Proceedings of 2011 International Conference for High Performance Computing, Networking, Storage "
            + "and Analysis",
          "pages": "1--12", "year": "2011", "doi": "10.1145/2063384.2063405",
        ]),
      for: "the random numbers (Philox)")
  ]

  static let bootstrap = [
    Citation(
      Publication(
        .article, "Efron1979",
        [
          "author": "Efron, Bradley", "title": "Bootstrap Methods: Another Look at the Jackknife",
          "journal": "The Annals of Statistics", "volume": "7", "number": "1", "pages": "1--26", "year": "1979",
          "doi": "10.1214/aos/1176344552",
        ]),
      for: "the bands and p-values of the comparison")
  ]
}
