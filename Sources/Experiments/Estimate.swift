import Reports

/// What a run takes, counted before it starts: memory and time right within a factor of three, unless they say otherwise.
public struct Estimate: Hashable, Sendable {
  /// Memory and time of a part that not every run has.
  public struct Part: Hashable, Sendable {
    /// Bytes beside those of the run.
    public let bytes: Int
    /// Most seconds of one core.
    public let seconds: Double
  }

  /// Memory at the peak, bytes.
  public var bytes: Int
  /// Wall time, seconds.
  public var seconds: Double
  /// Whether the time cannot be known beforehand: the seconds are those of an easy problem of this size.
  public var isLeast = false
  /// The most memory that the run can take, which is what must be free; nil where that is `bytes`.
  public var mostBytes: Int?
  /// The search for the largest stable rate, where the run may diverge.
  public var afterDivergence: Part?
  /// Bytes of a run folder.
  public var disk: DiskUse?
  /// What would take less, for a refusal.
  public var remedy: String
  /// What takes the memory, with its verb, such as `networks of this size take`.
  public var subject: String
  /// Further information after the numbers, such as the number of networks; empty for nothing.
  public var note: String

  /// - Parameters:
  ///   - bytes: memory at the peak.
  ///   - seconds: wall time.
  ///   - disk: of a run folder.
  ///   - subject: what takes the memory, with its verb.
  ///   - remedy: what would take less.
  ///   - note: further information after the numbers.
  public init(
    bytes: Int, seconds: Double, disk: DiskUse? = nil, subject: String, remedy: String, note: String = ""
  ) {
    self.bytes = bytes
    self.seconds = seconds
    self.disk = disk
    self.subject = subject
    self.remedy = remedy
    self.note = note
  }

  /// The line that is printed before a run that keeps nothing.
  public var line: String { line(diskBytes: nil) }

  /// The line that is printed before a run.
  ///
  /// - Parameters:
  ///   - arrays: whether arrays are kept in a run folder.
  ///   - figures: whether figures are drawn there.
  /// - Returns: memory, time and disk.
  public func line(arrays: Bool, figures: Bool) -> String {
    line(diskBytes: disk?.bytes(arrays: arrays, figures: figures))
  }

  private func line(diskBytes: Int?) -> String {
    var parts = [NumberText.bytes(bytes), Self.time(seconds, isLeast: isLeast)]
    if let diskBytes { parts.append("\(NumberText.bytes(diskBytes)) on disk") }
    var line = "cost: " + parts.joined(separator: ", ") + (note.isEmpty ? "" : " (\(note))")
    if let afterDivergence {
      line +=
        "; if it diverges, up to \(NumberText.bytes(afterDivergence.bytes)) and "
        + "\(NumberText.seconds(afterDivergence.seconds)) more for the largest stable rate"
    }
    return line
  }

  /// Seconds in words; those that can only be bounded say so.
  static func time(_ seconds: Double, isLeast: Bool) -> String {
    guard isLeast else { return NumberText.seconds(seconds) }
    return "at least \(NumberText.seconds(seconds).replacing("under ", with: ""))"
  }

  /// The one place where memory is compared with what there is.
  ///
  /// - Parameter free: bytes that there are.
  /// - Returns: whether there are enough.
  func fits(_ free: Int = MachineMemory.available) -> Bool { most <= free }

  /// The most memory that the run can take.
  var most: Int { max(bytes, mostBytes ?? 0) }

  /// Ends a run that memory does not hold.
  ///
  /// - Parameter free: bytes that there are.
  /// - Throws: a refusal where more is needed than is free.
  public func refuseBeyondMemory(_ free: Int = MachineMemory.available) throws(ExperimentFailure) {
    guard !fits(free) else { return }
    throw ExperimentFailure(
      .refused, ["\(subject) \(NumberText.bytes(most)), \(NumberText.bytes(free)) are free; \(remedy)"])
  }
}
