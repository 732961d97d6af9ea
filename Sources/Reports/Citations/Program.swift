/// Programs are cited with the version that ran.
package enum Program {
  /// The program itself.
  ///
  /// - Parameter version: as recorded by the run.
  /// - Returns: its citation.
  package static func citation(version: String) -> Citation {
    let publication = Publication(
      .software, "dmft",
      [
        "author": "{The dmft developers}",
        "title": "{dmft}: loss curves of deep linear networks, predicted without training them",
        "version": version, "license": "GPL-3.0-or-later",
      ])
    return Citation(publication, for: "the program of the run")
  }

  /// The library behind the products of matrices.
  ///
  /// - Parameter library: name and version as it reports them.
  /// - Returns: its citation; nil for one that is not OpenBLAS.
  package static func blas(_ library: String) -> Citation? {
    guard let version = library.firstMatch(of: /OpenBLAS (\d[\w.]*)/)?.1 else { return nil }
    let publication = Publication(
      .software, "OpenBLAS",
      [
        "author": "{The OpenBLAS Project}", "title": "{OpenBLAS}", "version": String(version),
        "license": "BSD-3-Clause", "url": "https://github.com/xianyi/OpenBLAS",
      ])
    return Citation(publication, for: "the library for products of matrices")
  }
}
