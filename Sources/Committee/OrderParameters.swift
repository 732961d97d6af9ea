/// What describes student and teacher in the limit of many inputs: overlaps that move, and the readout.
struct OrderParameters {
  /// K.
  let units: Int
  /// M.
  let teachers: Int
  /// Upper triangle of Q row by row, then R row by row, then v.
  var state: [Double]

  init(_ problem: CommitteeProblem) {
    units = problem.studentUnits
    teachers = problem.teacherUnits
    let overlaps = problem.overlaps
    state = overlaps.student.indices.flatMap { overlaps.student[$0][$0...] }
    state += overlaps.mixed.flatMap { $0 } + problem.studentReadout
  }

  init(units: Int, teachers: Int, state: [Double]) {
    self.units = units
    self.teachers = teachers
    self.state = state
  }

  /// Place of `R_km`.
  func mixed(_ unit: Int, _ teacher: Int) -> Int { units * (units + 1) / 2 + unit * teachers + teacher }

  /// Place of `v_k`.
  func readout(_ unit: Int) -> Int { units * (units + 1) / 2 + units * teachers + unit }

  /// The readout.
  var readout: [Double] { Array(state.suffix(units)) }

  /// Writes Q and R into the covariance of all fields, whose block T stays.
  func write(into covariance: inout [Double]) {
    let count = units + teachers
    var place = 0
    for row in 0..<units {
      for column in row..<units {
        covariance[row * count + column] = state[place]
        covariance[column * count + row] = state[place]
        place += 1
      }
    }
    for row in 0..<units {
      for column in units..<count {
        covariance[row * count + column] = state[place]
        covariance[column * count + row] = state[place]
        place += 1
      }
    }
  }

  /// The overlaps with those of the teacher.
  func overlaps(teacher: [[Double]]) -> Overlaps {
    let count = units + teachers
    var covariance = [Double](repeating: 0, count: count * count)
    write(into: &covariance)
    func rows(_ columns: Range<Int>) -> [[Double]] {
      (0..<units).map { row in columns.map { covariance[row * count + $0] } }
    }
    return Overlaps(student: rows(0..<units), mixed: rows(units..<count), teacher: teacher)
  }
}
