/// Why a backend does not support a well-formed problem, by the configuration key to change.
public struct Refusal: Error, Hashable, Sendable {
  /// Dotted path of the configuration key to change, such as `training.time`.
  public var key: String
  /// What cannot be done and why, with its numbers.
  public var reason: String
  /// The nearest thing that works; nil where there is none.
  public var suggestion: String?

  /// - Parameters:
  ///   - key: dotted path of the configuration key.
  ///   - reason: what cannot be done and why.
  ///   - suggestion: the nearest thing that works.
  public init(key: String, reason: String, suggestion: String? = nil) {
    self.key = key
    self.reason = reason
    self.suggestion = suggestion
  }
}
