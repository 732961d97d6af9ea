import Foundation

/// Numbers as a person reads them.
enum NumberText {
  /// Six significant digits, without trailing zeros.
  static func short(_ value: Double) -> String { String(format: "%.6g", value) }

  /// Three significant digits.
  static func brief(_ value: Double) -> String { String(format: "%.3g", value) }

  /// Bytes in decimal units.
  static func bytes(_ count: Int) -> String {
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
  static func seconds(_ value: Double) -> String {
    if value < 0.05 { return "under 0.1 s" }
    if value < 100 { return String(format: value < 10 ? "%.1f s" : "%.0f s", value) }
    if value < 6000 { return String(format: "%.0f min", value / 60) }
    return String(format: "%.1f h", value / 3600)
  }
}
