import Foundation

/// The work of several shards as a job array, and what is done when all of them have ended: two scripts that a person can
/// read, change and submit again.
public struct ArrayJob: Sendable {
  /// Path of the program that runs a shard.
  public let program: String
  /// Absolute path of the folder that the shards work in; scripts and outputs go below it.
  public let folder: String
  /// Number of shards that the work is cut into.
  public let shards: Int
  /// The shards that are to run, rising.
  public let pending: [Int]
  /// Options of sbatch as the user gave them, such as `partition` and `time`.
  public let options: [(key: String, value: String)]
  /// Seconds before the time limit at which a shard is asked to end.
  public let warning: Int

  /// - Parameters:
  ///   - program: path of the program that runs a shard.
  ///   - folder: absolute path of the folder that the shards work in.
  ///   - shards: number of shards that the work is cut into.
  ///   - pending: the shards that are to run, rising.
  ///   - options: options of sbatch as the user gave them.
  ///   - warning: seconds before the time limit at which a shard is asked to end.
  public init(
    program: String, folder: String, shards: Int, pending: [Int], options: [(key: String, value: String)], warning: Int
  ) {
    self.program = program
    self.folder = folder
    self.shards = shards
    self.pending = pending
    self.options = options
    self.warning = warning
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
    #SBATCH --job-name=dmft-sweep
    #SBATCH --array=\(elements)
    #SBATCH --output="\(folder)/slurm/%A_%a.out"
    #SBATCH --open-mode=append
    #SBATCH --requeue
    #SBATCH --signal=B:USR1@\(warning)
    \(directives)
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
    if [ "$status" -eq 75 ]; then
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
    #SBATCH --job-name=dmft-merge
    #SBATCH --output="\(folder)/slurm/merge_%j.out"
    \(directives)
    exec \(Self.quoted(program)) merge \(Self.quoted(folder))

    """
  }

  private var directives: String { options.map { "#SBATCH --\($0.key)=\($0.value)\n" }.joined() }

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
