/// The kinds of picture that a figure can be drawn as.
public enum PictureFormat: String, CaseIterable, Sendable {
  case svg
  case png
  case pdf
}
