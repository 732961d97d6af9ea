import Foundation
import Testing

/// What the shell offers while a command line is typed, asked of the real bash with the real script.
@Suite("Completion")
struct CompletionTests {
  static let bash = ["/bin/bash", "/usr/bin/bash"].first { FileManager.default.isExecutableFile(atPath: $0) }

  /// What bash would offer behind these words; it takes the = between key and value for a word of its own.
  private func offered(_ words: String...) throws -> [String] {
    let script = """
      source <("$0" --generate-completion-script bash)
      compopt() { :; }  # only a shell with somebody at the keys has it
      COMP_WORDS=("$0" "$@")
      COMP_CWORD=$#
      COMP_LINE=$(tr -d '\\n' <<<"$0 $*" | sed 's/ = /=/; s/ =$/=/')
      COMP_POINT=${#COMP_LINE}
      current=${COMP_WORDS[COMP_CWORD]}
      [[ $current = '=' ]] && current=
      _dmft_words "$0" "$current" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.bash))
    process.arguments = ["-c", script, CommandLineRun.program.path] + words
    process.currentDirectoryURL = CommandLineRun.root
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("keys, the words of a key, files and folders", .enabled(if: bash != nil, "bash is not installed"))
  func offers() throws {
    for command in ["solve", "sweep", "transfer", "explain"] {
      #expect(
        try offered(command, "network.wi") == ["network.width=", "network.widthRatio=", "network.widthProfile="],
        "\(command)")
    }
    #expect(try offered("solve", "training.mom") == ["training.momentum=", "training.momentumOrder="])
    #expect(try offered("solve", "training.weightD") == ["training.weightDecay=", "training.weightDecay=0.0"])
    #expect(try offered("solve", "network.parameterization", "=") == ["muP", "NTK", "standard"])
    #expect(try offered("solve", "data.noise=0.3", "network.depth", "=", "i") == ["infinite"])
    #expect(try offered("solve", "configs/sw") == ["configs/sweeps/rates-and-widths.yaml"])
    #expect(try offered("sweep", "--run", "s") == ["simulation"])
    #expect(try offered("status", "Sour") == ["Sources"] && offered("solve", "-o", "Sour") == ["Sources"])
    #expect(try offered("solve", "--compare") == ["--compare-limits"])
    #expect(try offered("solve", "nothing.like.it").isEmpty)
  }

  @Test("zsh and fish, which leave key=value in one word, get scripts too")
  func otherShells() throws {
    for (shell, sign) in [("zsh", "#compdef dmft"), ("fish", "function __dmft_")] {
      let script = try CommandLineRun(["--generate-completion-script", shell])
      #expect(script.status == 0 && script.output.hasPrefix(sign), "\(shell)")
    }
    // What both then ask for: the argument, the number of the word, and where in it the cursor is.
    let asked = try CommandLineRun([
      "---completion", "solve", "--", "positional@0", "2", "25", "dmft", "solve", "network.parameterization=",
    ])
    #expect(
      asked.output.split(separator: "\n") == ["muP", "NTK", "standard"].map { "network.parameterization=" + $0 })
  }
}
