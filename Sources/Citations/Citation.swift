/// A work that a run owes something to.
public struct Citation: Hashable, Sendable {
  /// What a text cites it by; no two works share one.
  public let key: String
  /// The BibTeX entry, without a newline at its end.
  public let bibtex: String
  /// One line for people.
  public let text: String
  /// Where it can be read; nil where no lasting address is known.
  public let url: String?
  /// Why it is cited: what of the run it stands behind.
  public let reason: String

  init(_ publication: Publication, for reason: String) {
    key = publication.key
    bibtex = publication.bibtex
    text = publication.text
    url = publication.url
    self.reason = reason
  }

  /// Everything that a run used.
  ///
  /// - Parameter facts: what the run was made of.
  /// - Returns: the program first, then theory, training, data, methods and libraries; every work once.
  public static func used(by facts: RunFacts) -> [Citation] {
    let all = facts.all
    let works = table.filter { !$0.ingredients.isDisjoint(with: all) }
    return [Program.citation(version: facts.version)]
      + works.map { Citation($0.publication, for: $0.reason) }
      + (facts.library.flatMap(Program.blas).map { [$0] } ?? [])
  }

  /// A work, what it is cited for, and why.
  struct Row: Sendable {
    /// Any of these is enough.
    let ingredients: Set<Ingredient>
    let publication: Publication
    let reason: String

    init(_ ingredients: Ingredient..., publication: Publication, reason: String) {
      self.ingredients = Set(ingredients)
      self.publication = publication
      self.reason = reason
    }
  }

  /// Every work that a run can lead to, apart from the programs, whose versions differ from run to run.
  static let table: [Row] =
    TheoryCitations.rows + TrainingCitations.rows + DataCitations.rows + MethodCitations.rows
}
