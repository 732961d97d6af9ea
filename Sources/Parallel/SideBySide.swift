import Dispatch
import Foundation

/// Short pieces of work of one large problem on several cores, over again for every row: the caller takes part, and nothing
/// outlives the call. Each piece is done whole by one core, so that results do not depend on how many there are.
public enum SideBySide {
  /// Does two things that do not touch the same values.
  ///
  /// - Parameters:
  ///   - isWorthIt: whether on two cores; a thread is woken in some 30 microseconds.
  ///   - first: one.
  ///   - second: the other.
  public static func both(_ isWorthIt: Bool, _ first: () -> Void, and second: () -> Void) {
    guard isWorthIt else {
      first()
      second()
      return
    }
    withoutActuallyEscaping(first) { first in
      withoutActuallyEscaping(second) { second in
        // The caller guarantees that the two do not overlap.
        nonisolated(unsafe) let pieces = [first, second]
        DispatchQueue.concurrentPerform(iterations: 2) { pieces[$0]() }
      }
    }
  }

  /// How many of so many cores can be used, by starting the threads that they take: where a limit on threads denies them,
  /// Dispatch would wait for ever.
  ///
  /// - Parameter asked: how many would be of use.
  /// - Returns: at least one.
  public static func cores(_ asked: Int) -> Int {
    let last = DispatchSemaphore(value: 0)
    // The caller is one of them. All of the others live until the last has been started.
    let needed = min(asked, ProcessInfo.processInfo.activeProcessorCount) - 1
    var started = 0
    while started < needed, WorkThread.start({ last.wait() }) { started += 1 }
    for _ in 0..<started { last.signal() }
    return started < needed ? started + 1 : max(1, asked)
  }

  /// Updates every element of an array, on as many cores as there are tools.
  ///
  /// - Parameters:
  ///   - elements: what is updated.
  ///   - tools: what a core works with; at least one.
  ///   - body: takes an index, its element and a tool that no other call uses meanwhile.
  public static func update<Element, Tool>(
    _ elements: inout [Element], tools: inout [Tool], _ body: (Int, inout Element, inout Tool) -> Void
  ) {
    precondition(!tools.isEmpty, "at least one worker is needed")
    elements.withUnsafeMutableBufferPointer { elements in
      tools.withUnsafeMutableBufferPointer { tools in
        let lanes = min(tools.count, elements.count)
        guard lanes > 1 else {
          for index in elements.indices { body(index, &elements[index], &tools[0]) }
          return
        }
        withoutActuallyEscaping(body) { body in
          // Lanes touch different elements and different tools.
          nonisolated(unsafe) let (elements, tools, body) = (elements, tools, body)
          DispatchQueue.concurrentPerform(iterations: lanes) { lane in
            for index in stride(from: lane, to: elements.count, by: lanes) {
              body(index, &elements[index], &tools[lane])
            }
          }
        }
      }
    }
  }
}
