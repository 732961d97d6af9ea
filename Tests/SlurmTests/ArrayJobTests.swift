import Foundation
import Slurm
import Testing

@Suite("Job arrays")
struct ArrayJobTests {
  private func job(
    pending: [Int] = [0, 1, 2], folder: String = "/runs/a b", options: [(key: String, value: String)] = []
  )
    -> ArrayJob
  {
    ArrayJob(program: "/opt/it's/dmft", folder: folder, shards: 12, pending: pending, options: options, warning: 45)
  }

  @Test("shards that are to run are written as ranges")
  func elements() {
    #expect(job(pending: [0, 1, 2, 3]).elements == "0-3")
    #expect(job(pending: [4]).elements == "4")
    #expect(job(pending: [0, 2, 3, 7, 9, 10, 11]).elements == "0,2-3,7,9-11")
  }

  @Test("the scripts are bash, with the user's options and with paths that need quotes")
  func scripts() throws {
    let job = job(options: [("partition", "cpu"), ("time", "30")])
    for text in [job.arrayScript, job.mergeScript] {
      #expect(text.hasPrefix("#!/bin/bash\n") && text.contains("\n#SBATCH --partition=cpu\n#SBATCH --time=30\n"))
      #expect(text.contains("'/opt/it'\\''s/dmft'") && text.contains("'/runs/a b'"))
      let bash = Process()
      bash.executableURL = URL(fileURLWithPath: "/bin/bash")
      bash.arguments = ["-n", "-c", text]
      try bash.run()
      bash.waitUntilExit()
      #expect(bash.terminationStatus == 0)
    }
    #expect(
      job.arrayScript.contains("\n#SBATCH --array=0-2\n") && job.arrayScript.contains("\n#SBATCH --signal=B:USR1@45\n"))
    #expect(job.arrayScript.contains("\n#SBATCH --output=\"/runs/a b/slurm/%A_%a.out\"\n"))
  }
}
