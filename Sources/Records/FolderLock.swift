import Foundation

/// A lock on a folder, so that two processes do not write one run; it goes with the process that holds it.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock; nil while another process holds it, or where the folder can't be opened.
  ///
  /// - Parameter folder: absolute path.
  init?(_ folder: String) {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }
}
