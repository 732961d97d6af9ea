import Committee
import Reports
import Validation

// What came of a committee machine, in numbers.

extension LearnedCommittee {
  /// The curve, overlaps, the end, plateaus, rates.
  var tables: [Table] { [curveTable, overlapTable, endTable, plateauTable, unitTable, rateTable].compactMap { $0 } }

  private var rows: [CommitteeCurve.Row] { curve.rows }

  /// The start, the end and some rows between, which are spaced by equal factors.
  private var shownRows: [Int] {
    let last = rows.count - 1
    return last < 1
      ? Array(0..<rows.count) : (0...12).map { $0 * last / 12 }.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// `curves.csv`.
  private var curveTable: Table {
    let plateaus = plateaus
    let isStill = rows.map { row in plateaus.contains { $0.start <= row.time && row.time <= $0.end } }
    return Table(
      "curves",
      note: "(loss: mean squared error on fresh samples, noise included; time: steps over input dimension)",
      shown: .some(shownRows),
      [
        Column("time", "steps over input dimension", rows.map(\.time)),
        Column("test_loss", "mean squared error on fresh samples, noise included", heading: "loss", rows.map(\.loss)),
        Column("fall", "- d loss / d time", rows.map(\.fall)),
        Column("plateau", "1 on a plateau", integers: isStill.map { $0 ? 1 : 0 }),
      ] + (networks?.columns(rows.count) ?? []))
  }

  /// `overlaps.csv`: the order parameters.
  private var overlapTable: Table {
    let (units, teachers) = (curve.problem.studentUnits, curve.problem.teacherUnits)
    let measured = networks.map { networks in
      rows.indices.map { networks.overlaps.indices.contains($0) ? networks.overlaps[$0] : nil }
    }
    func columns(
      _ name: String, _ meaning: String, _ value: @escaping (Overlaps) -> Double
    ) -> [Column] {
      [Column(name, meaning, rows.map { value($0.overlaps) })]
        + (measured.map { [Column(name + "_networks", "mean of trained networks", $0.map { $0.map(value) })] } ?? [])
    }
    var all = [Column("time", "steps over input dimension", rows.map(\.time))]
    for unit in 0..<units {
      for other in unit..<units {
        all += columns("q_\(unit + 1)_\(other + 1)", "scalar product of student weights over D") {
          $0.student[unit][other]
        }
      }
    }
    for unit in 0..<units {
      for teacher in 0..<teachers {
        all += columns("r_\(unit + 1)_\(teacher + 1)", "scalar product of student and teacher weights over D") {
          $0.mixed[unit][teacher]
        }
      }
    }
    for unit in 0..<units {
      all.append(Column("v_\(unit + 1)", "weight of the readout", rows.map { $0.readout[unit] }))
      if let networks {
        all.append(
          Column(
            "v_\(unit + 1)_networks", "mean of trained networks",
            rows.indices.map { networks.readouts.indices.contains($0) ? networks.readouts[$0][unit] : nil }))
      }
    }
    return Table("overlaps", shown: nil, all)
  }

  /// Student units at the end.
  private var endTable: Table? {
    guard let last = rows.last else { return nil }
    let units = Array(curve.problem.studentReadout.indices)
    let cosines = curve.problem.teacherReadout.indices.map { teacher in
      Column(
        "cosine_\(teacher + 1)", "of the angle to teacher unit \(teacher + 1)", heading: "teacher \(teacher + 1)",
        units.map { last.overlaps.cosine($0, teacher) })
    }
    return Table(
      nil, title: "student units at the end (cosine of the angle to each teacher unit):", shown: .all,
      [
        Column("unit", integers: units.map { $0 + 1 }),
        Column("norm", "squared norm over D", units.map { last.overlaps.student[$0][$0] }),
        Column("readout", "weight of the unit", units.map { last.readout[$0] }),
      ] + cosines)
  }

  /// `plateaus.csv`.
  private var plateauTable: Table? {
    let plateaus = plateaus
    guard !plateaus.isEmpty else { return nil }
    return Table(
      "plateaus", shown: nil,
      [
        Column("start", "time", plateaus.map(\.start)), Column("end", "time", plateaus.map(\.end)),
        Column("loss", "where it falls least", plateaus.map(\.loss)),
        Column("remaining", "share of the loss above the noise that is left at the end", plateaus.map(\.remaining)),
      ])
  }

  /// `specialisation.csv`.
  private var unitTable: Table? {
    let found = specialisations
    guard !found.isEmpty else { return nil }
    return Table(
      "specialisation", shown: nil,
      [
        Column("unit", "of the student", integers: found.map { $0.unit + 1 }),
        Column("teacher_unit", "that it follows", integers: found.map { $0.teacherUnit + 1 }),
        Column("time", "from which on it follows", found.map(\.time)),
        Column("cosine", "at the end", found.map(\.cosine)),
        Column("readout", "at the end", found.map(\.readout)),
      ])
  }

  /// `rates.csv`.
  private var rateTable: Table? {
    rates.map { rates in
      Table(
        "rates", title: "rates that were tried:", shown: .all,
        [
          Column("rate", "learning rate", rates.trials.map(\.rate)),
          Column("loss", "at the horizon; empty where it diverged", rates.trials.map(\.loss)),
        ])
    }
  }
}

extension TrainedCommittees {
  /// Columns of `curves.csv`, as many rows as the theory has.
  func columns(_ count: Int) -> [Column] {
    func rows(_ values: [Double?]) -> [Double?] {
      Array(values.prefix(count)) + Array(repeating: nil, count: max(0, count - values.count))
    }
    let points = Dictionary(agreement.points.map { ($0.step, $0) }) { first, _ in first }
    return [
      Column("trained_loss", "mean of trained networks", heading: "networks", rows(losses.map(\.value))),
      Column("trained_loss_se", "its standard error", heading: "+-", rows(losses.map(\.standardError))),
      Column(
        "trained_loss_z", "difference in standard errors", heading: "z", rows((0..<count).map { points[$0]?.score })),
    ]
  }
}
