import Foundation

/// The work of several shards as a job array, and what is done when all of them have ended: two scripts that the user can
/// read, change and submit again.
public struct ArrayJob: Sendable {
  private let program: String
  private let folder: String
  private let shards: Int
  private let pending: [Int]
  private let name: String
  private let options: [(key: String, value: String?)]
  private let warning: Int?
  private let curves: Bool

  /// Options that the scripts set themselves; given by the user they would break the array or the merge.
  public static let reserved: Set<String> = [
    "array", "a", "dependency", "d", "signal", "output", "o", "error", "e", "open-mode", "requeue", "no-requeue",
    "job-name", "J",
    "wrap", "parsable", "wait", "W", "test-only",
  ]

  /// - Parameters:
  ///   - program: path of the program that runs a shard.
  ///   - folder: absolute path of the folder that the shards work in; scripts and outputs go below it.
  ///   - shards: number of shards that the work is cut into.
  ///   - pending: the shards that are to run, rising.
  ///   - name: name of the job, by which its elements are found in the queue.
  ///   - options: options of sbatch as the user gave them; without a value for a bare one.
  ///   - warning: seconds before the time limit at which a shard is asked to end; nil without a limit.
  ///   - curves: whether the merge writes the losses of every step too.
  public init(
    program: String, folder: String, shards: Int, pending: [Int], name: String,
    options: [(key: String, value: String?)], warning: Int?, curves: Bool
  ) {
    self.program = program
    self.folder = folder
    self.shards = shards
    self.pending = pending
    self.name = name
    self.options = options
    self.warning = warning
    self.curves = curves
  }

  /// Where the scripts go within the folder.
  public static let arrayPath = "slurm/array.sh"
  /// Where the scripts go within the folder.
  public static let mergePath = "slurm/merge.sh"

  /// The job array: each element runs one shard.
  public var arrayScript: String {
    """
    #!/bin/bash
    # Written by dmft. Each element runs one of \(shards) shards of the sweep in this folder; units that are done are skipped, so
    # this script may be submitted again as it is.
    #SBATCH --job-name=\(name)
    #SBATCH --array=\(elements)
    #SBATCH --output="\(outputFolder)/%A_%a.out"
    #SBATCH --open-mode=append
    #SBATCH --requeue
    \(warning.map { "#SBATCH --signal=B:USR1@\($0)\n" } ?? "")\(directives)
    \(Self.quoted(program)) worker \(Self.quoted(folder)) --shard "$SLURM_ARRAY_TASK_ID/\(shards)" --workers "${SLURM_CPUS_PER_TASK:-1}" &
    worker=$!
    # Slurm warns before the time limit. The worker then ends its unit and leaves with 75, and this element queues up again.
    trap 'kill -USR1 "$worker"' USR1
    wait "$worker"
    status=$?
    # A signal ends the waiting, not the worker.
    while [ "$status" -gt 128 ] && kill -0 "$worker" 2> /dev/null; do
      wait "$worker"
      status=$?
    done
    if [ "$status" -gt 128 ]; then
      wait "$worker"
      status=$?
    fi
    # 138: the warning came before the worker listened.
    if [ "$status" -eq 75 ] || [ "$status" -eq 138 ]; then
      scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    fi
    exit "$status"

    """
  }

  /// What runs behind the array: the table of all units.
  public var mergeScript: String {
    """
    #!/bin/bash
    # Written by dmft. Makes summary.csv of what is done; submitted to run when the array has ended.
    #SBATCH --job-name=\(name)-merge
    #SBATCH --output="\(outputFolder)/merge_%j.out"
    \(directives)
    exec \(Self.quoted(program)) merge \(Self.quoted(folder))\(curves ? " --curves" : "")

    """
  }

  private var directives: String {
    options.map { key, value in
      let name = key.count == 1 ? "-\(key)" : "--\(key)"
      guard let value else { return "#SBATCH \(name)\n" }
      return "#SBATCH \(name)\(key.count == 1 ? " " : "=")\(Self.directive(value))\n"
    }.joined()
  }

  /// Slurm expands percent signs in the names of outputs.
  private var outputFolder: String { "\(folder)/slurm".replacingOccurrences(of: "%", with: "%%") }

  /// A value as sbatch reads it from a script: quoted where it is no plain word.
  private static func directive(_ value: String) -> String {
    let isPlain = value.allSatisfy { $0.isLetter || $0.isNumber || "._-/=+:,@%*^[]()&|~".contains($0) }
    return isPlain ? value : value.contains("\"") ? "'\(value)'" : "\"\(value)\""
  }

  /// The pending shards as Slurm writes them, `0-3,7,9-10`.
  public var elements: String {
    var ranges: [ClosedRange<Int>] = []
    for index in pending {
      if let last = ranges.last, last.upperBound + 1 == index {
        ranges[ranges.count - 1] = last.lowerBound...index
      } else {
        ranges.append(index...index)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
      separator: ",")
  }

  /// A word as a shell takes it literally.
  private static func quoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
