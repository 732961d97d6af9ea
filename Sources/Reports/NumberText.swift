import Foundation

/// Numbers as printed text.
public enum NumberText {
  /// Four significant digits, without trailing zeros; whole numbers below a million in full.
  ///
  /// - Parameter value: a number.
  /// - Returns: such as `0.1234`, `1024` or `1.234e-05`.
  public static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e6 ? String(format: "%.0f", value) : String(format: "%.4g", value)
  }

  /// Three significant digits.
  ///
  /// - Parameter value: a number.
  /// - Returns: such as `0.123`.
  public static func brief(_ value: Double) -> String { String(format: "%.3g", value) }

  /// A number with no more digits than a tenth of a range around it has.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - range: numbers that are as good.
  /// - Returns: such as `0.016` for 0.01572 from 0.0044 to 0.03; three digits where the range is a point.
  public static func resolved(_ value: Double, within range: ClosedRange<Double>) -> String {
    let resolution = (range.upperBound - range.lowerBound) / 10
    guard resolution > 0, resolution.isFinite, value != 0 else { return brief(value) }
    let unit = pow(10, log10(resolution).rounded(.down))
    guard abs(value) >= unit else { return "0" }
    return short((value / unit).rounded() * unit)
  }

  /// A share as a percentage.
  ///
  /// - Parameter share: such as 0.021.
  /// - Returns: such as `2.1 %`.
  public static func percent(_ share: Double) -> String { brief(100 * share) + " %" }

  /// A share as a percentage with its sign.
  ///
  /// - Parameter share: such as 0.021.
  /// - Returns: such as `+2.1 %`.
  public static func signedPercent(_ share: Double) -> String { (share < 0 ? "" : "+") + percent(share) }

  /// Bytes in decimal units.
  ///
  /// - Parameter count: number of bytes.
  /// - Returns: such as `1.2 MB`.
  public static func bytes(_ count: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var value = Double(count)
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return "\(brief(value)) \(units[unit])"
  }

  /// Seconds, minutes or hours.
  ///
  /// - Parameter value: seconds.
  /// - Returns: such as `8.3 s`.
  public static func seconds(_ value: Double) -> String {
    if value < 0.05 { return "under 0.1 s" }
    if value < 100 { return String(format: value < 10 ? "%.1f s" : "%.0f s", value) }
    if value < 6000 { return String(format: "%.0f min", value / 60) }
    return String(format: "%.1f h", value / 3600)
  }

  /// A word as a shell takes it literally.
  ///
  /// - Parameter word: any text.
  /// - Returns: the word, in quotes where it needs them.
  public static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "._-/=+:,@%".contains($0) }
    return plain && !word.isEmpty
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
