import ArgumentParser
import Configurations
import Foundation

/// What shells offer while a command line is typed.
enum WordCompletion {
  /// For `CONFIG|key=value`: keys, the values of a key, YAML files.
  static let configuration = CompletionKind.custom { words, index, prefix in
    let folder = FileManager.default.currentDirectoryPath
    guard let key = keyBefore(index, words) else { return ConfigurationCompletion.completions(of: prefix, in: folder) }
    return ConfigurationCompletion.values(of: key, in: folder)
  }

  /// The key whose value is being typed, where the shell takes `key`, `=` and `value` for three words, as bash does.
  private static func keyBefore(_ index: Int, _ words: [String]) -> String? {
    guard words.indices.contains(index) else { return nil }
    let equals = words[index] == "=" ? index : index - 1
    return equals > 0 && words[equals] == "=" ? words[equals - 1] : nil
  }

  /// The script for a shell, as ArgumentParser makes it; for bash with a last touch.
  ///
  /// bash would write `network.width\= ` for the name of a file: a backslash, and a space where the value belongs.
  ///
  /// - Parameter shell: bash, zsh or fish.
  /// - Returns: what the shell sources.
  static func script(for shell: CompletionShell) -> String {
    let script = DMFT.completionScript(for: shell)
    guard shell == .bash else { return script }
    let plain = "complete -o filenames -F _dmft dmft"
    return script.replacing(
      plain,
      with: """
        _dmft_words() {
            _dmft "${@}"
            local word
            for word in "${COMPREPLY[@]}"; do
                if [[ "${word}" = *=* ]]; then
                    compopt +o filenames
                    [[ "${#COMPREPLY[@]}" -gt 1 || "${word}" = *= ]] && compopt -o nospace
                    return
                fi
            done
        }

        complete -o filenames -F _dmft_words dmft
        """)
  }
}
