/// The rules of `reduce`.
extension ValueReader {
  /// What `dmft reduce` compresses; a placeholder where something is wrong, with the mistake recorded.
  ///
  /// - Parameter file: the file of the target, if one was read.
  /// - Returns: the settings; a random target always has a rank.
  mutating func reduction(_ file: TargetFile? = nil) -> ReductionSettings {
    let layers = integer("reduce.weightLayers") ?? 2
    let target = text("reduce.target") ?? ReductionSettings.random
    let size = integer("reduce.size") ?? 2
    let rank = integer("reduce.rank") ?? (target == ReductionSettings.random ? min(5, size) : nil)
    return ReductionSettings(
      target: file?.path ?? target, size: size, rank: rank, weightLayers: layers,
      initScale: perWeight("reduce.initScale", count: layers),
      start: word("reduce.start").flatMap(ReductionSettings.Start.init) ?? .orthogonal,
      loss: word("reduce.loss").flatMap(ReductionSettings.Loss.init) ?? .sum,
      inputDecay: number("reduce.inputDecay") ?? 0, observed: number("reduce.observed") ?? 1,
      outerRate: number("reduce.outerRate") ?? 0, classes: integer("reduce.classes") ?? 2,
      samplesPerClass: integer("reduce.samplesPerClass") ?? 2)
  }

  private mutating func perWeight(_ path: String, count: Int) -> [Double] {
    if let value = number(path) { return Array(repeating: value, count: count) }
    let list = numbers(path) ?? []
    if list.count == count { return list }
    if areSound(path, "reduce.weightLayers") {
      refuse(
        path, "\(path) must be one number or \(count) (one for each of reduce.weightLayers), got \(list.count)")
    }
    return Array(repeating: 1, count: count)
  }
}

extension ReductionSettings {
  /// The word for a random target.
  public static let random = "random"
}
