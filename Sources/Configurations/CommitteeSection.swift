import LinearAlgebra

/// The rules of `committee`.
extension ValueReader {
  private static let matrices = ["student", "mixed", "teacher"].map { "committee.overlaps." + $0 }

  /// The committee machine; a placeholder where something is wrong, with the mistake recorded.
  ///
  /// - Parameter isUsed: whether the command uses it, so that a flaw matters.
  /// - Returns: the settings, all lists as long as there are units.
  mutating func committee(isUsed: Bool) -> CommitteeSettings {
    let hasMatrices = Self.matrices.contains { matrix($0) != nil }
    let units = committeeUnits("studentUnits", Self.matrices[0], Self.matrices[1], isTransposed: false)
    let teachers = committeeUnits("teacherUnits", Self.matrices[2], Self.matrices[1], isTransposed: true)
    let (norm, alignment) = (number("committee.studentNorm") ?? 0.25, number("committee.alignment") ?? 0)
    let isDrawn = !hasMatrices && word("committee.overlaps") == "drawn"
    let start = overlaps(units, teachers, norm: norm, alignment: alignment)
    if isUsed {
      refuseIdleCommitteeKeys(hasMatrices: hasMatrices, isDrawn: isDrawn)
      checkOverlaps(start, units, teachers, isDrawn: isDrawn)
    }
    return CommitteeSettings(
      activation: word("committee.activation") ?? "erfScaled", hasMatrices: hasMatrices, isDrawn: isDrawn,
      student: start.student, mixed: start.mixed, teacher: start.teacher, norm: norm, alignment: alignment,
      studentReadout: readout("committee.studentReadout", units, "committee.studentUnits"),
      teacherReadout: readout("committee.teacherReadout", teachers, "committee.teacherUnits"),
      readoutRate: word("committee.readout") == "trained" ? number("committee.readoutRate") ?? 1 : nil,
      learningRate: number("committee.learningRate") ?? 0.5, samplesPerStep: integer("committee.samplesPerStep") ?? 1,
      weightDecay: number("committee.weightDecay") ?? 0, noise: number("committee.noise") ?? 0,
      horizon: number("committee.horizon") ?? 100, tolerance: number("committee.tolerance") ?? 1e-10)
  }

  /// As many units as given, or else as the matrices have.
  private func committeeUnits(_ key: String, _ own: String, _ mixed: String, isTransposed: Bool) -> Int {
    let path = "committee." + key
    if !isGiven(path) {
      if let matrix = matrix(own) { return max(1, matrix.count) }
      if let matrix = matrix(mixed) { return max(1, isTransposed ? matrix.first?.count ?? 1 : matrix.count) }
    }
    return integer(path) ?? 2
  }

  private typealias Start = (student: [[Double]], mixed: [[Double]], teacher: [[Double]])

  private func overlaps(_ units: Int, _ teachers: Int, norm: Double, alignment: Double) -> Start {
    func diagonal(_ count: Int, _ value: Double) -> [[Double]] {
      (0..<count).map { row in (0..<count).map { $0 == row ? value : 0 } }
    }
    let mixed = (0..<units).map { unit in (0..<teachers).map { $0 == unit % teachers ? alignment : 0 } }
    return (
      matrix(Self.matrices[0]) ?? diagonal(units, norm), matrix(Self.matrices[1]) ?? mixed,
      matrix(Self.matrices[2]) ?? diagonal(teachers, 1)
    )
  }

  private mutating func refuseIdleCommitteeKeys(hasMatrices: Bool, isDrawn: Bool) {
    if isGiven("committee.readoutRate"), word("committee.readout") == "fixed", areSound("committee.readout") {
      refuse(
        "committee.readoutRate", "committee.readoutRate is that of a trained readout, and the readout is fixed",
        suggestion: "set committee.readout to trained, or leave it out")
    }
    if isDrawn, isGiven("committee.alignment") {
      refuse(
        "committee.alignment", "committee.alignment is that of a regular start, and the start is drawn",
        suggestion: "leave it out, or set committee.overlaps to regular")
    }
  }

  private mutating func readout(_ path: String, _ count: Int, _ unitsKey: String) -> [Double] {
    guard let list = numbers(path) else { return Array(repeating: 1, count: count) }
    if list.count == count { return list }
    if areSound(path, unitsKey) {
      refuse(path, "\(path) must have \(count) numbers, one for each of \(unitsKey), got \(list.count)")
    }
    return Array(repeating: 1, count: count)
  }

  /// Sizes, symmetry, signs.
  private mutating func checkOverlaps(_ start: Start, _ units: Int, _ teachers: Int, isDrawn: Bool) {
    guard !isDrawn else {
      let dimension = integer("data.inputDimension") ?? units + teachers
      if dimension < units + teachers || dimension > 100_000_000 {
        refuse(
          "data.inputDimension",
          "a drawn start needs at least as many inputs as units, \(units + teachers), and at most 1e8, got \(dimension)"
        )
      }
      return
    }
    let shapes = [(start.student, units, units), (start.mixed, units, teachers), (start.teacher, teachers, teachers)]
    for (path, (matrix, rows, columns)) in zip(Self.matrices, shapes) {
      if matrix.count != rows || matrix.contains(where: { $0.count != columns }) {
        refuse(
          path,
          "\(path) must have \(rows) rows of \(columns) numbers, as committee.studentUnits is \(units) and committee.teacherUnits \(teachers)",
          suggestion: "change one of them")
      } else if path != Self.matrices[1] {
        checkOwn(path, matrix)
      }
    }
    guard Self.matrices.allSatisfy({ areSound($0) }), areSound("committee.studentNorm", "committee.alignment") else {
      return
    }
    let covariance =
      start.student.indices.flatMap { start.student[$0] + start.mixed[$0] }
      + start.teacher.indices.flatMap { unit in start.mixed.map { $0[unit] } + start.teacher[unit] }
    guard let values = try? SymmetricEigenproblem(covariance, size: units + teachers).eigenvalues,
      let least = values.last, let largest = values.first, !(least >= -1e-10 * largest)
    else { return }
    let hasMixed = matrix(Self.matrices[1]) != nil
    refuse(
      hasMixed ? Self.matrices[1] : isGiven("committee.alignment") ? "committee.alignment" : firstGivenMatrix,
      "no weights have these overlaps: [[Q, R], [R^T, T]] has the negative eigenvalue \(Float(least))",
      suggestion: hasMixed
        ? "use smaller mixed overlaps or larger squared norms"
        : "use a smaller committee.alignment or a larger committee.studentNorm")
  }

  private var firstGivenMatrix: String { Self.matrices.first { isGiven($0) } ?? "committee.studentNorm" }

  private mutating func checkOwn(_ path: String, _ matrix: [[Double]]) {
    for row in matrix.indices {
      if !(matrix[row][row] > 0) {
        refuse(path, "\(path): unit \(row + 1) has the squared norm \(matrix[row][row]), and it must be above 0")
        return
      }
      for column in 0..<row where matrix[row][column] != matrix[column][row] {
        refuse(
          path,
          "\(path) must be symmetric: row \(row + 1) has \(matrix[row][column]) in column \(column + 1), row \(column + 1) "
            + "\(matrix[column][row]) in column \(row + 1)",
          suggestion: "give both the same value")
        return
      }
    }
  }
}
