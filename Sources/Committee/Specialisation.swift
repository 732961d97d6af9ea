import RealModule

/// Which teacher unit a student unit follows, and since when; equation (19.12).
public struct Specialisation: Codable, Hashable, Sendable {
  /// k, from 0.
  public let unit: Int
  /// m, from 0.
  public let teacherUnit: Int
  /// The time from which on it follows this unit.
  public let time: Double
  /// Cosine of the angle between both at the end.
  public let cosine: Double
  /// Weight of the unit in the readout at the end.
  public let readout: Double

  /// Share of the lead of an exact copy from which on a unit counts as following.
  public static let share = 0.5
}

extension CommitteeCurve {
  /// The student units that follow a teacher unit at the end; a unit that follows none is missing. Equation (19.12).
  public var specialisations: [Specialisation] {
    guard let last = rows.last else { return [] }
    return problem.studentReadout.indices.compactMap { unit in
      let best = last.overlaps.teacher.indices.max {
        abs(last.overlaps.cosine(unit, $0)) < abs(last.overlaps.cosine(unit, $1))
      }
      guard let best, let row = rows.lastIndex(where: { !(lead(unit, best, $0) >= Specialisation.share) }) else {
        return best.map { specialisation(unit, $0, at: 0, last) }
      }
      guard row + 1 < rows.count else { return nil }
      // Between both rows the lead is taken as a straight line.
      let (low, high) = (lead(unit, best, rows[row]), lead(unit, best, rows[row + 1]))
      let place = high > low ? (Specialisation.share - low) / (high - low) : 1
      return specialisation(unit, best, at: rows[row].time + place * (rows[row + 1].time - rows[row].time), last)
    }
  }

  private func specialisation(_ unit: Int, _ teacher: Int, at time: Double, _ last: Row) -> Specialisation {
    Specialisation(
      unit: unit, teacherUnit: teacher, time: time, cosine: last.overlaps.cosine(unit, teacher),
      readout: last.readout[unit])
  }

  /// How far a unit leads towards a teacher unit, over the lead of an exact copy of that; equation (19.12).
  private func lead(_ unit: Int, _ teacher: Int, _ row: Row) -> Double {
    let overlaps = row.overlaps
    func square(_ cosine: Double) -> Double { cosine * cosine }
    var (own, copy) = (0.0, 0.0)
    for other in overlaps.teacher.indices where other != teacher {
      own = max(own, square(overlaps.cosine(unit, other)))
      copy = max(
        copy,
        square(
          overlaps.teacher[teacher][other]
            / (overlaps.teacher[teacher][teacher] * overlaps.teacher[other][other]).squareRoot()))
    }
    return (square(overlaps.cosine(unit, teacher)) - own) / (1 - copy)
  }
}
