import Foundation

/// A lock on a folder, so that two processes do not write one run; it goes with the process that holds it.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock; nil while another process holds it, or where the folder can't be opened.
  ///
  /// - Parameters:
  ///   - folder: absolute path.
  ///   - isShared: whether others may hold it too, as long as nobody holds it alone.
  init?(_ folder: String, isShared: Bool = false) {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    // Whoever holds it alone does so for a moment, so a share is waited for.
    guard flock(descriptor, isShared ? LOCK_SH : LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }
}
