import Logging

/// Shows log messages as a command line does: `warning: …` on stderr, nothing else.
struct NoticeHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let word = event.level >= .error ? "error" : event.level == .warning ? "warning" : "note"
    Terminal.note("\(word): \(event.message)")
  }

  /// A logger for one command.
  static func logger(quiet: Bool) -> Logger {
    Logger(label: "dmft") { _ in NoticeHandler(logLevel: quiet ? .error : .notice) }
  }
}
