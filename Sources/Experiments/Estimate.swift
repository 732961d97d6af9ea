import Reports

/// What a run takes, counted before it starts.
public struct Estimate: Hashable, Sendable {
  /// The most memory at any time, bytes.
  public var bytes: Int
  /// Wall time, seconds.
  public var seconds: Double
  /// Bytes on disk where everything that can be kept is kept.
  public var disk: Int
  /// What would take less, for a refusal.
  public var remedy: String
  /// What takes the memory, with its verb, such as `networks of this size take`.
  public var subject: String
  /// Further information after the numbers, such as the number of networks; empty for nothing.
  public var note: String

  /// - Parameters:
  ///   - bytes: the most memory at any time.
  ///   - seconds: wall time.
  ///   - disk: bytes on disk.
  ///   - subject: what takes the memory, with its verb.
  ///   - remedy: what would take less.
  ///   - note: further information after the numbers.
  public init(
    bytes: Int, seconds: Double, disk: Int = 0, subject: String, remedy: String, note: String = ""
  ) {
    self.bytes = bytes
    self.seconds = seconds
    self.disk = disk
    self.subject = subject
    self.remedy = remedy
    self.note = note
  }

  /// The line that is printed before a run.
  public var line: String {
    "cost: \(NumberText.bytes(bytes)), \(NumberText.seconds(seconds))" + (note.isEmpty ? "" : " (\(note))")
  }

  /// The one place where memory is compared with what there is.
  ///
  /// - Throws: a refusal where more is needed than is free.
  public func refuseBeyondMemory() throws(ExperimentFailure) {
    let free = MachineMemory.available
    guard bytes > free else { return }
    throw ExperimentFailure(
      .refused, ["\(subject) \(NumberText.bytes(bytes)), \(NumberText.bytes(free)) are free; \(remedy)"])
  }
}
