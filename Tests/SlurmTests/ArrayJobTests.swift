import Foundation
import Slurm
import Testing

@Suite("Job arrays")
struct ArrayJobTests {
  private func job(
    pending: [Int] = [0, 1, 2], folder: String = "/runs/a b", options: [(key: String, value: String?)] = [],
    warning: Int? = 45, curves: Bool = false
  ) -> ArrayJob {
    ArrayJob(
      program: "/opt/it's/dmft", folder: folder, shards: 12, pending: pending, name: "dmft-1", options: options,
      warning: warning, curves: curves)
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
      job.arrayScript.contains("\n#SBATCH --array=0-2\n") && job.arrayScript.contains("\n#SBATCH --job-name=dmft-1\n"))
    #expect(job.arrayScript.contains("\n#SBATCH --signal=B:USR1@45\n"))
    #expect(job.arrayScript.contains("\n#SBATCH --output=\"/runs/a b/slurm/%A_%a.out\"\n"))
  }

  @Test("options without a value, of one letter, and with blanks; a folder with a percent sign; no limit, no warning")
  func options() {
    let job = job(
      folder: "/runs/5%", options: [("exclusive", nil), ("p", "cpu"), ("comment", "it's 5 %")], warning: nil,
      curves: true)
    #expect(job.arrayScript.contains("\n#SBATCH --exclusive\n#SBATCH -p cpu\n#SBATCH --comment=\"it's 5 %\"\n"))
    #expect(job.arrayScript.contains("\n#SBATCH --output=\"/runs/5%%/slurm/%A_%a.out\"\n"))
    #expect(!job.arrayScript.contains("--signal") && job.mergeScript.contains("merge '/runs/5%' --curves\n"))
  }
}
