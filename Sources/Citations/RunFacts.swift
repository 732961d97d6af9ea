/// What must be known of a run to say whom it owes.
public struct RunFacts: Hashable, Sendable {
  /// Version of the program that made it.
  public let version: String
  /// What went into it, apart from the data.
  public let ingredients: Set<Ingredient>
  /// SHA-256 of the table of real data, if there is one: the known tables are recognised under any name.
  public let dataSHA256: String?
  /// What the BLAS library said of itself, if the run told.
  public let library: String?

  /// - Parameters:
  ///   - version: version of the program that made it.
  ///   - ingredients: what went into it, apart from the data.
  ///   - dataSHA256: SHA-256 of the table of real data, if there is one.
  ///   - library: what the BLAS library said of itself, if the run told.
  public init(version: String, ingredients: Set<Ingredient>, dataSHA256: String? = nil, library: String? = nil) {
    self.version = version
    self.ingredients = ingredients
    self.dataSHA256 = dataSHA256
    self.library = library
  }

  /// The ingredients with the data set.
  var all: Set<Ingredient> {
    ingredients.union(dataSHA256.flatMap { DataCitations.tables[$0] }.map { [$0] } ?? [])
  }
}
