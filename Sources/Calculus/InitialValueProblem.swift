import CGSL

/// `y' = f(t, y)` from a start, integrated by GSL's eighth-order Runge-Kutta pair with error control.
public struct InitialValueProblem {
  /// Start of time.
  public var start: Double
  /// State at the start.
  public var state: [Double]
  /// Error allowed relative to the state.
  public var relativeTolerance: Double
  /// Absolute error allowed.
  public var absoluteTolerance: Double
  /// First step that is tried.
  public var firstStep = 1e-6
  /// `f(t, y)`, written into the last argument.
  public var derivative: (Double, UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void

  /// - Parameters:
  ///   - start: start of time.
  ///   - state: state at the start.
  ///   - relativeTolerance: error allowed relative to the state.
  ///   - absoluteTolerance: absolute error allowed.
  ///   - derivative: `f(t, y)`, written into its last argument.
  public init(
    start: Double = 0, state: [Double], relativeTolerance: Double = 1e-12,
    absoluteTolerance: Double = 1e-14,
    derivative:
      @escaping (Double, UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    self.start = start
    self.state = state
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
    self.derivative = derivative
  }

  /// The states at the given times.
  ///
  /// - Parameter times: rising, none before the start.
  /// - Returns: one state a time.
  /// - Throws: `GSLFailure` when a step fails.
  public func states(at times: [Double]) throws(GSLFailure) -> [[Double]] {
    var states: [[Double]] = []
    try visit(times) { _, state in
      states.append(state)
      return true
    }
    return states
  }

  /// Shows the states at the given times one after the other, so that only one is in memory.
  ///
  /// - Parameters:
  ///   - times: rising, none before the start.
  ///   - body: gets the number of the time and the state; false ends the integration.
  /// - Throws: `GSLFailure` when a step fails.
  public func visit(_ times: [Double], _ body: (Int, [Double]) -> Bool) throws(GSLFailure) {
    precondition(errorsAreReturned)
    var box = self
    let status = withUnsafeMutablePointer(to: &box) { box in
      var system = gsl_odeiv2_system(
        function: Self.callback, jacobian: nil, dimension: state.count, params: box)
      return drive(&system, times, body)
    }
    guard status == Int32(GSL_SUCCESS) else {
      throw GSLFailure("initial value problem", status: status)
    }
  }

  private func drive(_ system: inout gsl_odeiv2_system, _ times: [Double], _ body: (Int, [Double]) -> Bool) -> Int32 {
    withUnsafePointer(to: &system) { system in
      let driver = gsl_odeiv2_driver_alloc_y_new(
        system, gslx_step_rk8pd(), firstStep, absoluteTolerance, relativeTolerance)
      defer { gsl_odeiv2_driver_free(driver) }
      var now = start
      var current = state
      for (index, time) in times.enumerated() {
        let status = gsl_odeiv2_driver_apply(driver, &now, time, &current)
        guard status == Int32(GSL_SUCCESS) else { return status }
        guard body(index, current) else { break }
      }
      return Int32(GSL_SUCCESS)
    }
  }

  private static let callback:
    @convention(c) (
      Double, UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, UnsafeMutableRawPointer?
    ) -> Int32 = { time, state, derivative, box in
      guard let state, let derivative, let box else { return Int32(GSL_EFAULT) }
      let problem = box.assumingMemoryBound(to: InitialValueProblem.self).pointee
      problem.derivative(
        time, UnsafeBufferPointer(start: state, count: problem.state.count),
        UnsafeMutableBufferPointer(start: derivative, count: problem.state.count))
      return Int32(GSL_SUCCESS)
    }
}
