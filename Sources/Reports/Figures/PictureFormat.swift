import Foundation

/// The kinds of picture that a figure can be drawn as.
public enum PictureFormat: String, CaseIterable, Sendable {
  case svg
  case png
  case pdf

  /// Whether a picture goes on to its end: gnuplot does not notice that its output was cut.
  ///
  /// - Parameter picture: bytes of this format.
  /// - Returns: whether they close as the format wants.
  func isWhole(_ picture: Data) -> Bool {
    let end: Data =
      switch self {
      case .svg: Data("</svg>".utf8)
      case .png: Data("IEND".utf8)
      case .pdf: Data("%%EOF".utf8)
      }
    return picture.suffix(16).range(of: end) != nil
  }
}
