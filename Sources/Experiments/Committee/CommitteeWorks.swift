import Reports

// Works on committee machines; each is named by what leads to it.

extension Citation {
  static let committeeMachine = [
    Citation(
      Publication(
        .article, "SaadSolla1995",
        [
          "author": "Saad, David and Solla, Sara A.",
          "title": "On-line Learning in Soft Committee Machines", "journal": "Physical Review E", "volume": "52",
          "number": "4", "pages": "4225--4243", "year": "1995", "doi": "10.1103/PhysRevE.52.4225",
        ]),
      for: "the equations of the overlaps, erf in closed form"),
    Citation(
      Publication(
        .article, "BiehlSchwarze1995",
        [
          "author": "Biehl, Michael and Schwarze, Holm", "title": "Learning by on-line gradient descent",
          "journal": "Journal of Physics A", "volume": "28", "number": "3", "pages": "643--656", "year": "1995",
          "doi": "10.1088/0305-4470/28/3/018",
        ]),
      for: "the limit of many inputs, critical learning rates"),
    Citation(
      .arXiv(
        "Goldt2019", "1906.08632",
        "Goldt, Sebastian and Advani, Madhu S. and Saxe, Andrew M. and Krzakala, Florent and Zdeborova, Lenka",
        "Dynamics of stochastic gradient descent for two-layer neural networks in the teacher-student setup", "2019"),
      for: "both layers trained, students of more units than the teacher"),
  ]
}
