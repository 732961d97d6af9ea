import Reports

extension Citation {
  /// The method that finds the least loss over several values.
  static let boundedMinimisation = [
    Citation(
      Publication(
        .misc, "Powell2009",
        [
          "author": "Powell, Michael J. D.",
          "title": "The {BOBYQA} Algorithm for Bound Constrained Optimization without Derivatives",
          "howpublished":
            "Report NA2009/06, Department of Applied Mathematics and Theoretical Physics, University of Cambridge",
          "year": "2009",
        ]),
      for: "the search for the least loss over several values"),
    Citation(
      Publication(
        .software, "NLopt",
        [
          "author": "Johnson, Steven G.", "title": "The {NLopt} nonlinear-optimization package", "year": "2007",
          "url": "https://github.com/stevengj/nlopt",
        ]),
      for: "its implementation"),
  ]
}
