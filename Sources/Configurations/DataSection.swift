import Problems

/// The rules of `data` without a file, and of the numbers of samples.
extension ValueReader {
  /// The data; a placeholder where something is wrong, with the mistake recorded.
  ///
  /// - Parameters:
  ///   - measured: the statistics of the file; nil without a sound file.
  ///   - rows: the rows of an exact split; nil where samples are drawn.
  /// - Returns: spectrum, dimension, noise and sampling.
  mutating func dataModel(measured: MeasuredSpectrum?, rows: GivenRows? = nil) -> DataModel {
    let sampling = sampling(rows: measured?.rows, given: rows)
    if let measured {
      refuseCorrection(measured)
      return DataModel(
        spectrum: .measured(measured), inputDimension: measured.eigenvalues.count,
        noise: measured.noiseVariance.squareRoot(), sampling: sampling,
        outputs: measured.outputs.map { _ in
          OutputModel(targetCovariance: [], noiseCovariance: measured.noiseCovariance, coupling: coupling)
        }, rows: rows)
    }
    let spectrum = generatedSpectrum()
    let dimension = integer("data.inputDimension") ?? 1
    var isSummed = false
    if case .powerLaw(let law) = spectrum { isSummed = law.scale == .top }
    if dimension > 10_000_000, !isSummed, areSound("data.inputDimension", "data.spectrum.scale") {
      refuse(
        "data.inputDimension",
        "data.inputDimension must be at most 1e7 where every mode counts alike, got \(dimension)",
        suggestion: "only a spectrum with scale: top goes up to 1e12")
    }
    return DataModel(
      spectrum: spectrum, inputDimension: dimension, noise: number("data.noise") ?? 0,
      sampling: sampling, outputs: outputs())
  }

  /// Where each step sees the table or fresh rows of it, the table is the population and its fit is exact.
  private mutating func refuseCorrection(_ measured: MeasuredSpectrum) {
    guard measured.fitCorrection != nil, let mode = word("training.mode"), mode == "onePass" || mode == "population"
    else {
      return
    }
    refuse(
      "data.fitCorrection",
      "data.fitCorrection is for training on some rows and testing on others; under training.mode=\(mode) the table is the population",
      suggestion: "use training.mode=batch or minibatch, or remove data.fitCorrection")
  }

  private mutating func generatedSpectrum() -> Spectrum {
    let path = "data.spectrum"
    let names = Schema.names(below: path)
    let isMapping = mappings[path] != nil || names.contains { isGiven(path + "." + $0) }
    guard isMapping, !isGiven("data.file"), !isGiven("data.trainFile") else { return .isotropic }
    for name in ["eigenvalueDecay", "signalDecay"] where !isGiven(path + "." + name) {
      refuse(path, "\(path) needs \(name) too", suggestion: "as in {\(exampleSpectrum)}")
    }
    return .powerLaw(
      PowerLaw(
        eigenvalueDecay: number(path + ".eigenvalueDecay") ?? 0,
        signalDecay: number(path + ".signalDecay") ?? numbers(path + ".signalDecay")?.first ?? 0,
        scale: word(path + ".scale").flatMap(PowerLaw.Scale.init) ?? .mean))
  }

  private var exampleSpectrum: String { "eigenvalueDecay: 1.2, signalDecay: 1.5, scale: mean" }

  private mutating func sampling(rows: Int?, given: GivenRows?) -> DataModel.Sampling {
    let samples = given.map { .count($0.trainCount) } ?? samples(rows: rows)
    let batches = minibatches(samples, order: given?.order)
    switch word("training.mode") {
    case "population": return .population
    case "minibatch": return batches.map { .minibatch(samples, $0) } ?? .batch(samples)
    case "onePass":
      if isGiven("training.samplesPerStep"), let count = integer("training.samplesPerStep") {
        return .onePass(.count(count))
      }
      if case .count(let count) = samples {
        derive(
          "training.samplesPerStep", .integer(count), how: "as many as data.samples",
          from: "data.samples")
      }
      return .onePass(samples)
    default: return .batch(samples)
    }
  }

  private mutating func samples(rows: Int?) -> DataModel.SampleSize {
    if isGiven("data.sampleRatio"), let ratio = number("data.sampleRatio") { return .ratio(ratio) }
    if let rows, !isGiven("data.samples") {
      let count = max(1, rows * 2 / 3)
      derive("data.samples", .integer(count), how: "two thirds of \(rows) rows")
      return .count(count)
    }
    return .count(integer("data.samples") ?? 1)
  }
}
